/* The Synchronize button on OpenCart's own list pages: the ticked rows go to the ERP. */
(function (E, document) {
    'use strict';

    /** Return the ticked rows; on a record's own page, that record. */
    function ticked() {
        if (E.config.order) {
            return [String(E.config.order)];
        }
        var boxes = document.querySelectorAll('#content input[type="checkbox"][name="selected[]"]:checked');
        return [].map.call(boxes, function (box) {
            return box.value;
        });
    }

    function foot(box) {
        box.foot.textContent = '';
        box.foot.appendChild(E.make('a', {href: E.config.page, class: E.config.ui.light}, E.word('list_open')));
        box.foot.appendChild(E.button(E.word('close'), 'btn btn-primary', box.close));
    }

    function choose(box, ids, connections) {
        box.body.textContent = '';
        box.body.appendChild(E.make('p', {}, E.word('list_choose')));
        Object.keys(connections).forEach(function (id) {
            box.body.appendChild(E.button(connections[id], E.config.ui.light + ' erpb-choice', function () {
                start(box, ids, id);
            }));
        });
    }

    function start(box, ids, connection) {
        box.body.textContent = E.word('busy');
        E.post('start', {mode: 'ids', ids: JSON.stringify(ids), connection: connection || ''}).then(function (data) {
            if (data.choose) {
                choose(box, ids, data.choose);
            } else {
                box.body.textContent = '';
                box.body.appendChild(E.make('p', {class: 'erpb-help'}, E.word('list_leave')));
                var place = E.make('div', {});
                box.body.appendChild(place);
                new E.JobPanel(place, data.job, {open: true, onEnd: function () {
                    if (E.orderChanged) {
                        E.orderChanged();
                    }
                }});
            }
        }).catch(function (problem) {
            E.complain(problem, box.body);
        });
    }

    E.acts({
        'list-sync': function () {
            var ids = ticked();
            var title = E.config.order ? E.word('order_sync_title', {id: ids[0]}) : E.word('list_title', {n: ids.length});
            var box = E.dialog(ids.length ? title : E.word('list_none_title'), true);
            foot(box);
            if (ids.length) {
                start(box, ids, '');
            } else {
                box.body.appendChild(E.make('p', {}, E.word('list_none')));
            }
        }
    });
}(window.ErpBridge, document));
