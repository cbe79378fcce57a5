/* What waits: try again, leave out. */
(function (E) {
    'use strict';

    var rows = E.rows({query: E.config.query, fields: ['connection', 'entity', 'q', 'cleared']});

    if (!rows) {
        return;
    }

    function change(method, element) {
        var row = element.closest('[data-erpb-key]');
        return E.busy(element, E.post(method, {
            key: row.getAttribute('data-erpb-key'),
            entity: row.getAttribute('data-erpb-entity'),
            connection: row.getAttribute('data-erpb-connection')
        })).then(function (data) {
            E.tell(data.message);
            return rows.reload();
        });
    }

    E.acts({
        release: function (element) { change('release', element).catch(E.complain); },
        drop: function (element) {
            var label = element.closest('[data-erpb-key]').getAttribute('data-erpb-label');
            var box = E.dialog(E.word('leave_out_title', {label: label}));
            box.body.appendChild(E.make('p', {}, E.word('leave_out_text')));
            box.foot.appendChild(E.button(E.word('cancel'), E.config.ui.light, box.close));
            box.foot.appendChild(E.button(E.word('leave_out_go'), 'btn btn-danger', function (button) {
                button.disabled = true;
                change('drop', element).then(box.close).catch(function (problem) {
                    button.disabled = false;
                    E.complain(problem, box.body);
                });
            }));
        }
    });
}(window.ErpBridge));
