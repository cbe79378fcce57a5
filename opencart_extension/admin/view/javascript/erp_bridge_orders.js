/* OpenCart's own order pages: a column with the number in the ERP, and a panel on an order's page.
   Both are filled once the page is there; the list shows nothing of it while the agent is away. */
(function (E, document, window) {
    'use strict';

    var MARK = 'data-erpb-column';

    // the list of orders

    function cell(known) {
        var content = (known || []).map(function (row) {
            var parts = [];
            if (row.number) {
                parts.push(row.href
                    ? E.make('a', {href: row.href, target: '_blank', rel: 'noopener noreferrer'}, row.number)
                    : E.make('span', {}, row.number));
            }
            if (row.cause || !row.number) {
                parts.push(E.make('span', {
                    class: 'erpb-badge erpb-' + row.tone, title: row.connection
                }, row.state_label));
            }
            if (row.cause) {
                parts.push(E.make('div', {
                    class: 'erpb-cell-why', title: [row.cause, row.fix].filter(Boolean).join('\n')
                }, row.cause));
            }
            return E.make('div', {title: row.connection}, parts);
        });
        return E.make('td', {class: 'erpb-cell'}, content.length ? content : E.make('span', {class: 'erpb-help'}, '–'));
    }

    function fill(table, boxes, orders) {
        var head = table.tHead && table.tHead.rows[0];
        if (!head) {
            return;
        }
        if (!table.hasAttribute(MARK)) {
            table.setAttribute(MARK, '1');
            head.insertBefore(E.make(head.lastElementChild.tagName.toLowerCase(), {}, E.word('column_erp')),
                head.lastElementChild);
        }
        boxes.forEach(function (box) {
            var row = box.closest('tr');
            var old = row.querySelector('.erpb-cell');
            if (old) {
                old.remove();
            }
            row.insertBefore(cell(orders[box.value]), row.lastElementChild);
        });
    }

    function look(again) {
        var first = document.querySelector('#content input[type="checkbox"][name="selected[]"]');
        var table = first && first.closest('table');
        if (!table || (table.erpbAsked && again !== true)) {
            return;
        }
        var boxes = [].slice.call(table.querySelectorAll('input[type="checkbox"][name="selected[]"]'));
        table.erpbAsked = true;
        E.get('numbers', {orders: boxes.map(function (box) { return box.value; }).join(',')}).then(function (data) {
            fill(table, boxes, data.orders);
        }).catch(function () {
            return null;
        });
    }

    // an order's page

    function panel(order) {
        var content = document.querySelector('#content > .container-fluid');
        var body = E.make('div', {class: E.config.ui.panel_body, 'aria-live': 'polite'}, E.word('busy'));
        if (!content) {
            return;
        }
        content.insertBefore(E.make('div', {class: E.config.ui.panel + ' erpb erpb-panel', id: 'erpb-order'}, [
            E.make('div', {class: E.config.ui.panel_heading}, E.make('h3', {class: 'panel-title erpb-title'}, [
                E.make('i', {class: E.config.icons.plug, 'aria-hidden': 'true'}), ' ' + E.word('order_title')
            ])), body
        ]), content.firstChild);

        function show() {
            return E.part('panel', {orders: order}).then(function (html) {
                body.innerHTML = html;
                [].forEach.call(body.querySelectorAll('.erpb-problem'), function (problem) {
                    problem.classList.add('erpb-problem-soft');
                });
            }).catch(function (problem) {
                E.complain(problem, body);
            });
        }

        E.orderChanged = show;
        show();
    }

    function begin() {
        if (E.config.order) {
            panel(E.config.order);
            return;
        }
        look();
        E.orderChanged = function () { look(true); };
        var place = document.getElementById('order');
        if (place) {
            new window.MutationObserver(look).observe(place, {childList: true, subtree: true});
        }
    }

    begin();
}(window.ErpBridge, document, window));
