/* The Synchronize button on OpenCart's own list pages: the ticked rows go to the ERP. Its menu lists what
   can come from the ERP for them; it is asked for when the menu is opened. */
(function (E, document) {
    'use strict';

    var TO_ERP = {start: 'start', direction: 'to-erp'};

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

    function choose(box, ids, way, connections) {
        box.body.textContent = '';
        box.body.appendChild(E.make('p', {}, E.word(way === TO_ERP ? 'list_choose' : 'list_choose_from')));
        Object.keys(connections).forEach(function (id) {
            box.body.appendChild(E.button(connections[id], E.config.ui.light + ' erpb-choice', function () {
                start(box, ids, way, id);
            }));
        });
    }

    function start(box, ids, way, connection) {
        box.body.textContent = E.word('busy');
        E.post(way.start, {
            mode: 'ids', ids: JSON.stringify(ids), connection: connection || '', direction: way.direction
        }).then(function (data) {
            if (data.choose) {
                choose(box, ids, way, data.choose);
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

    function title(ids, way) {
        if (E.config.order) {
            return E.word('order_sync_title', {id: ids[0]});
        }
        return E.word(way === TO_ERP ? 'list_title' : 'list_title_' + way.screen, {n: ids.length});
    }

    function synchronize(way) {
        var ids = ticked();
        var box = E.dialog(ids.length ? title(ids, way) : E.word('list_none_title'), true);
        foot(box);
        if (ids.length) {
            start(box, ids, way, '');
        } else {
            box.body.appendChild(E.make('p', {}, E.word('list_none')));
        }
    }

    // the menu

    function close(more, menu) {
        menu.hidden = true;
        more.setAttribute('aria-expanded', 'false');
    }

    function item(text, way, more, menu) {
        return E.make('button', {type: 'button', role: 'menuitem', onclick: function () {
            close(more, menu);
            synchronize(way);
        }}, text);
    }

    function fill(more, menu, screens) {
        menu.textContent = '';
        menu.appendChild(item(E.word('list_to_erp'), TO_ERP, more, menu));
        screens.forEach(function (screen) {
            var way = {start: 'start_' + screen, direction: 'to-store', screen: screen};
            menu.appendChild(item(E.word('list_from_' + screen), way, more, menu));
        });
        menu.querySelector('button').focus();
    }

    function open(more, menu) {
        menu.hidden = false;
        more.setAttribute('aria-expanded', 'true');
        menu.textContent = E.word('busy');
        E.get('offers', {}).then(function (data) {
            fill(more, menu, data.from);
        }).catch(function (problem) {
            menu.textContent = '';
            menu.appendChild(E.problemPanel(problem));
        });
    }

    function move(menu, step) {
        var items = [].slice.call(menu.querySelectorAll('button'));
        var next = items.indexOf(document.activeElement) + step;
        if (items.length) {
            items[(next + items.length) % items.length].focus();
        }
    }

    /** Close the menu by Escape and by a click elsewhere; the arrows walk through it. */
    function watch(more, menu) {
        document.addEventListener('click', function (event) {
            if (!menu.hidden && !menu.contains(event.target) && !more.contains(event.target)) {
                close(more, menu);
            }
        });
        menu.parentNode.addEventListener('keydown', function (event) {
            if (menu.hidden) {
                return;
            }
            if (event.key === 'Escape') {
                close(more, menu);
                more.focus();
            } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                event.preventDefault();
                move(menu, event.key === 'ArrowDown' ? 1 : -1);
            }
        });
    }

    var opener = document.querySelector('[data-erpb-act="list-menu"]');

    if (opener) {
        watch(opener, opener.parentNode.querySelector('.erpb-menu'));
    }

    E.acts({
        'list-sync': function () { synchronize(TO_ERP); },
        'list-menu': function (more) {
            var menu = more.parentNode.querySelector('.erpb-menu');
            if (menu.hidden) {
                open(more, menu);
            } else {
                close(more, menu);
            }
        }
    });
}(window.ErpBridge, document));
