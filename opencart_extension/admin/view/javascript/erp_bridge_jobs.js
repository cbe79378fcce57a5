/* The dashboard: running jobs, waiting work, the list of jobs. */
(function (E, document, window) {
    'use strict';

    var list = document.getElementById('erpb-list');
    var filter = document.getElementById('erpb-filter');
    var held = document.getElementById('erpb-held');
    var query = E.config.query || {};

    function reload() {
        if (!list) {
            return Promise.resolve();
        }
        return E.part('list', query).then(function (html) {
            list.innerHTML = html;
        }).catch(function (problem) {
            E.complain(problem, list);
        });
    }

    function reloadHeld() {
        return E.part('held', {}).then(function (html) {
            held.innerHTML = html;
        });
    }

    function ended() {
        reload();
        if (held) {
            reloadHeld().catch(E.complain);
        }
    }

    (E.config.jobs || []).forEach(function (job) {
        var place = document.querySelector('[data-erpb-job="' + Number(job.id) + '"]');
        if (place) {
            new E.JobPanel(place, job, {open: place.hasAttribute('data-erpb-open'), onEnd: ended});
        }
    });

    function changeHeld(method) {
        return function (element) {
            var task = element.closest('[data-erpb-task]').getAttribute('data-erpb-task');
            E.busy(element, E.post(method, {task: task})).then(function (data) {
                E.tell(data.message);
                return reloadHeld();
            }).catch(E.complain);
        };
    }

    E.acts({
        release: changeHeld('release'),
        drop: function (element) {
            var act = changeHeld('drop');
            var label = element.closest('[data-erpb-task]').getAttribute('data-erpb-label');
            var box = E.dialog(E.word('drop_title', {label: label}));
            box.body.appendChild(E.make('p', {}, E.word('drop_text')));
            box.foot.appendChild(E.button(E.word('cancel'), E.config.ui.light, box.close));
            box.foot.appendChild(E.button(E.word('drop_go'), 'btn btn-danger', function () {
                box.close();
                act(element);
            }));
        }
    });

    if (list) {
        list.addEventListener('click', function (event) {
            var page = event.target.closest('[data-erpb-page]');
            if (page) {
                query.page = Number(page.getAttribute('data-erpb-page'));
                reload();
            }
        });
        filter.addEventListener('submit', function (event) {
            event.preventDefault();
            query = E.formValues(filter);
            query.page = 1;
            reload();
        });
        filter.addEventListener('change', function () {
            filter.dispatchEvent(new Event('submit', {cancelable: true}));
        });
    }
}(window.ErpBridge, document, window));
