/* Automatic mapping: look for counterparts part by part, show them, link them when the person agrees. */
(function (E) {
    'use strict';

    var MAX_SHOWN = 500;

    /**
     * Go through all parts. step(data) is called after each; the promise gives the sums.
     */
    function walk(query, dryRun, isOpen, step) {
        var sums = {linked: 0, ambiguous: 0, none: 0};

        function next(after) {
            var values = {connection: query.connection, tab: query.tab, dry_run: dryRun, after: after};
            return E.post('auto', values).then(function (data) {
                Object.keys(sums).forEach(function (name) {
                    sums[name] += data.counts[name] || 0;
                });
                step(data, sums);
                return data.remaining > 0 && data.after && isOpen() ? next(data.after) : sums;
            });
        }

        return next('');
    }

    function summary(sums, remaining) {
        var text = E.word('auto_summary', sums);
        return remaining > 0 ? text + ' ' + E.word('auto_remaining', {n: remaining}) : text;
    }

    function append(place, html) {
        var part = document.createElement('template');
        part.innerHTML = html;
        var body = place.querySelector('tbody');
        if (!body) {
            place.appendChild(part.content);
        } else if (body.rows.length < MAX_SHOWN) {
            [].forEach.call(part.content.querySelectorAll('tbody > tr'), function (row) {
                body.appendChild(row);
            });
        }
    }

    /** Open the dialog; done() is called once records were linked. */
    E.autoMap = function (element, query, done) {
        var box = E.dialog(E.word('auto_title'), true);
        var line = E.make('p', {class: 'erpb-intro', 'aria-live': 'polite'}, E.word('busy'));
        var rows = E.make('div', {class: 'erpb-scroll'});
        var isOpen = function () {
            return box.element.isConnected;
        };

        function failed(problem) {
            E.complain(problem, line);
        }

        function link(button) {
            E.busy(button, walk(query, '0', isOpen, function (data, sums) {
                line.textContent = summary(sums, data.remaining);
            })).then(function (sums) {
                box.close();
                E.tell(E.word('auto_done', {n: sums.linked}));
                done();
            }).catch(failed);
        }

        box.body.appendChild(line);
        box.body.appendChild(rows);
        box.foot.appendChild(E.button(E.word('cancel'), E.config.ui.light, box.close));
        E.busy(element, walk(query, '1', isOpen, function (data, sums) {
            line.textContent = summary(sums, data.remaining);
            append(rows, data.html);
        })).then(function (sums) {
            if (sums.linked > 0) {
                box.foot.appendChild(E.button(E.word('auto_go', {n: sums.linked}), 'btn btn-primary', link));
            }
        }).catch(failed);
    };
}(window.ErpBridge));
