/* The dashboard: running jobs, waiting work, the list of jobs. */
(function (E, document) {
    'use strict';

    var held = document.getElementById('erpb-held');
    var rows = E.rows({query: E.config.query || {}, fields: ['entity', 'state']});

    function reloadHeld() {
        return E.part('held', {}).then(function (html) {
            held.innerHTML = html;
        });
    }

    function ended() {
        if (rows) {
            rows.reload();
        }
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
}(window.ErpBridge, document));
