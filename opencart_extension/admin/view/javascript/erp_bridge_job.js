/* A job's panel: live bar, counts, records that failed, cancel. The job itself runs in the agent. */
(function (E, document, window) {
    'use strict';

    var POLL = 1500;
    var POLL_AFTER_TROUBLE = 5000;
    var OUTCOMES = ['planned', 'failed', 'held', 'warning'];

    function countOf(job, name) {
        var found = (job.counts || []).filter(function (count) {
            return count.name === name;
        });
        return found.length ? found[0].value : 0;
    }

    /** Tell whether a list of records is worth a button: a preview always shows what it plans. */
    function hasRows(job, outcome) {
        return outcome === 'planned' ? job.dry_run : countOf(job, outcome) > 0;
    }

    /** Return a number that changes when a list of records does. */
    function stamp(job, outcome) {
        return countOf(job, outcome === 'planned' ? 'read' : outcome) + (job.running ? 0 : 0.5);
    }

    function bar(job) {
        var known = job.percent !== null;
        var fill = E.make('div', {class: 'erpb-bar-fill'});
        fill.style.width = (known ? job.percent : 100) + '%';
        return E.make('div', {
            class: 'erpb-bar erpb-bar-' + job.tone + (job.running && !known ? ' erpb-bar-unknown' : ''),
            role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100',
            'aria-valuenow': known ? job.percent : null, 'aria-label': job.title
        }, fill);
    }

    function counts(job) {
        return E.make('div', {class: 'erpb-counts'}, job.counts.map(function (count) {
            return E.make('span', {class: 'erpb-count erpb-' + count.tone, 'data-erpb-count-of': count.name}, [
                E.make('b', {}, String(count.value)), ' ' + count.label
            ]);
        }));
    }

    function head(job) {
        var title = job.href ? E.make('a', {href: job.href}, job.title) : job.title;
        return E.make('div', {class: 'erpb-job-head'}, [
            E.make('strong', {}, title),
            E.make('span', {class: 'erpb-badge erpb-' + job.tone, 'data-erpb-state': job.state}, job.state_label),
            E.make('span', {class: 'erpb-help'}, [job.progress_text, job.stage].filter(Boolean).join(' · ')),
            E.make('span', {class: 'erpb-help'}, [job.finished || job.created, job.duration].filter(Boolean).join(' · '))
        ]);
    }

    /**
     * Show a job in an element and follow it until it ends.
     *
     * options.onEnd(job): called once when a running job ends; options.open: show its records at once.
     */
    function JobPanel(place, job, options) {
        this.place = place;
        this.options = options || {};
        this.outcome = '';
        this.page = 1;
        this.shown = {};
        this.top = E.make('div', {});
        this.buttons = this.makeButtons();
        this.note = E.make('div', {class: 'erpb-note', role: 'status'});
        this.tabs = this.makeTabs();
        this.list = E.make('div', {});
        this.list.addEventListener('click', this.turn.bind(this));
        E.place(place, E.make('section', {class: 'erpb-job', 'data-erpb-panel': job.id}, [
            this.top, this.buttons, this.note, this.tabs, this.list
        ]));
        this.update(job);
        if (job.running) {
            this.wait(POLL);
        }
    }

    /** Make the buttons once: one that is replaced between press and release loses its click. */
    JobPanel.prototype.makeButtons = function () {
        var self = this;
        var light = E.config.ui.light + ' btn-sm';
        this.cancel = E.button(E.word('job_cancel'), light, function (button) {
            self.change('cancel', button);
        });
        this.retry = E.button(E.word('job_retry'), light, function (button) {
            self.change('retry', button);
        });
        this.hide = E.button(E.word('job_hide'), 'erpb-linkish', function () {
            E.place(self.place, null);
        });
        return E.make('div', {class: 'erpb-job-buttons'}, [this.cancel, this.retry, this.hide]);
    };

    JobPanel.prototype.makeTabs = function () {
        var self = this;
        return E.make('div', {class: 'erpb-outcomes'}, OUTCOMES.map(function (outcome) {
            var button = E.button('', 'erpb-outcome', function () {
                self.show(outcome === self.outcome ? '' : outcome);
            });
            button.setAttribute('data-erpb-outcome', outcome);
            return button;
        }));
    };

    JobPanel.prototype.update = function (job) {
        this.job = job;
        E.renew(this.top, E.make('div', {}, [
            head(job), bar(job), counts(job), job.error ? E.problemPanel(new E.Problem(job.error)) : null
        ]));
        this.cancel.hidden = !(job.can_cancel && job.may_modify);
        this.retry.hidden = !(job.can_retry && job.may_modify);
        this.hide.hidden = job.running || !this.options.closable;
        this.buttons.hidden = this.cancel.hidden && this.retry.hidden && this.hide.hidden;
        this.drawTabs();
    };

    JobPanel.prototype.drawTabs = function () {
        var self = this;
        var withRows = OUTCOMES.filter(function (outcome) {
            return hasRows(self.job, outcome);
        });
        this.tabs.hidden = !withRows.length;
        [].forEach.call(this.tabs.children, function (button) {
            var outcome = button.getAttribute('data-erpb-outcome');
            button.hidden = withRows.indexOf(outcome) < 0;
            button.textContent = E.word('records_' + outcome, {n: countOf(self.job, outcome)});
            button.classList.toggle('erpb-outcome-now', outcome === self.outcome);
            button.setAttribute('aria-expanded', outcome === self.outcome ? 'true' : 'false');
        });
        if (!this.outcome && !this.closed && withRows.length
            && (this.options.open || withRows[0] === 'failed' || this.job.dry_run)) {
            this.show(withRows[0]);
        } else if (this.outcome && this.shown[this.outcome] !== stamp(this.job, this.outcome)) {
            this.load();
        }
    };

    JobPanel.prototype.show = function (outcome) {
        this.closed = outcome === '';
        this.outcome = outcome;
        this.page = 1;
        if (outcome) {
            this.load();
        } else {
            this.list.textContent = '';
        }
        this.drawTabs();
    };

    JobPanel.prototype.load = function () {
        var self = this;
        var outcome = this.outcome;
        var page = this.page;
        var isWanted = function () {
            return outcome === self.outcome && page === self.page;
        };
        this.shown[outcome] = stamp(this.job, outcome);
        E.part('records', {
            job: this.job.id, outcome: outcome, page: page, direction: this.job.direction
        }).then(function (html) {
            if (isWanted()) {
                var fresh = E.make('div', {});
                fresh.innerHTML = html;
                E.renew(self.list, fresh);
            }
        }).catch(function (problem) {
            if (isWanted()) {
                E.complain(problem, self.list);
            }
        });
    };

    JobPanel.prototype.turn = function (event) {
        var button = event.target.closest('[data-erpb-page]');
        if (button) {
            this.page = Number(button.getAttribute('data-erpb-page'));
            this.load();
        }
    };

    JobPanel.prototype.change = function (action, button) {
        var self = this;
        E.busy(button, E.post(action, {job: this.job.id})).then(function (data) {
            self.shown = {};
            self.update(data.job);
            if (data.job.running) {
                self.wait(POLL);
            }
        }).catch(function (problem) {
            E.complain(problem, self.note);
        });
    };

    JobPanel.prototype.wait = function (pause) {
        var self = this;
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(function () {
            if (!document.body.contains(self.place)) {
                return;
            }
            if (document.hidden) {
                self.wait(POLL);
                return;
            }
            self.poll();
        }, pause);
    };

    JobPanel.prototype.poll = function () {
        var self = this;
        E.get('progress', {job: this.job.id}).then(function (data) {
            self.note.textContent = '';
            self.update(data.job);
            if (data.job.running) {
                self.wait(POLL);
            } else if (self.options.onEnd) {
                self.options.onEnd(data.job);
            }
        }).catch(function (problem) {
            self.note.textContent = (problem.data ? problem.data.cause + ' ' : '') + E.word('job_trouble');
            self.wait(POLL_AFTER_TROUBLE);
        });
    };

    E.JobPanel = JobPanel;
}(window.ErpBridge, document, window));
