/* The mapping screens: list, filter, ticks, Synchronize, links by hand, automatic mapping. */
(function (E, document, window) {
    'use strict';

    var place = document.getElementById('erpb-job');
    var rows = E.rows({query: E.config.query, fields: ['q', 'state'], shown: showTicked});

    if (!rows) {
        return;
    }

    var list = rows.list;
    var query = rows.query;
    var reload = rows.reload;

    function follow(job) {
        E.clear();
        return new E.JobPanel(place, job, {closable: true, onEnd: reload});
    }

    function start(element, values) {
        E.clear();
        values.connection = query.connection;
        values.tab = query.tab;
        E.busy(element, E.post('start', values)).then(function (data) {
            follow(data.job);
            place.scrollIntoView({block: 'nearest'});
        }).catch(E.complain);
    }

    function ticked() {
        return [].map.call(list.querySelectorAll('[data-erpb-tick]:checked'), function (box) {
            return box.value;
        });
    }

    /** Show how many rows are ticked on the buttons that take them. */
    function showTicked() {
        var many = document.querySelectorAll('#erpb-list [data-erpb-tick]:checked').length;
        [].forEach.call(document.querySelectorAll('[data-erpb-ticked]'), function (button) {
            button.disabled = many === 0;
            button.querySelector('[data-erpb-count]').textContent = many ? '(' + many + ')' : '';
        });
    }

    function rowOf(element) {
        var row = element.closest('[data-erpb-key]');
        return {key: row.getAttribute('data-erpb-key'), label: row.getAttribute('data-erpb-label')};
    }

    function change(method, element, more) {
        var values = {key: rowOf(element).key, connection: query.connection, tab: query.tab};
        Object.keys(more || {}).forEach(function (name) {
            values[name] = more[name];
        });
        return E.busy(element, E.post(method, values)).then(function (data) {
            E.tell(data.message);
            return reload();
        });
    }

    function confirmed(title, text, yes, act) {
        var box = E.dialog(title);
        box.body.appendChild(E.make('p', {}, text));
        box.foot.appendChild(E.button(E.word('cancel'), E.config.ui.light, box.close));
        box.foot.appendChild(E.button(yes, 'btn btn-primary', function (button) {
            E.busy(button, act()).then(box.close).catch(function (problem) {
                E.complain(problem, box.body);
            });
        }));
    }

    /** Search the ERP while the person types, and link the record that is picked. */
    function linkByHand(element) {
        var row = rowOf(element);
        var box = E.dialog(E.word('link_title', {label: row.label}));
        var input = E.make('input', {
            type: 'search', class: E.config.ui.input, placeholder: E.word('link_hint'), 'aria-label': E.word('link_hint')
        });
        var results = E.make('ul', {class: 'erpb-results', 'aria-live': 'polite'});
        var timer = 0;
        var asked = 0;

        function pick(item, button) {
            change('link', element, {erp_id: item.erp_id}).then(box.close).catch(function (problem) {
                button.disabled = false;
                E.complain(problem, results);
            });
        }

        function show(items) {
            results.textContent = '';
            items.forEach(function (item) {
                var button = E.make('button', {type: 'button', onclick: function () {
                    button.disabled = true;
                    pick(item, button);
                }}, [item.label, E.make('span', {class: 'erpb-help'}, item.erp_id)]);
                results.appendChild(E.make('li', {}, button));
            });
            if (!items.length) {
                results.appendChild(E.make('li', {class: 'erpb-none'}, E.word('link_none')));
            }
        }

        function search() {
            var mine = asked += 1;
            results.textContent = E.word('busy');
            E.get('candidates', {connection: query.connection, tab: query.tab, q: input.value}).then(function (data) {
                if (mine === asked) {
                    show(data.items);
                }
            }).catch(function (problem) {
                E.complain(problem, results);
            });
        }

        input.addEventListener('input', function () {
            window.clearTimeout(timer);
            timer = window.setTimeout(search, 300);
        });
        box.body.appendChild(E.make('p', {class: 'erpb-help'}, E.word('link_help')));
        box.body.appendChild(input);
        box.body.appendChild(results);
        input.value = row.label;
        input.select();
        search();
    }

    function order(column) {
        query.order = query.sort === column && query.order === 'asc' ? 'desc' : 'asc';
        query.sort = column;
        query.page = 1;
        reload();
    }

    /** Return what starts a job in one direction; all that differs is asked before. */
    function starters(prefix, direction, question) {
        var acts = {};
        function starter(values) {
            return function (element) {
                start(element, Object.assign({direction: direction}, values()));
            };
        }
        acts[prefix + 'changed'] = starter(function () { return {mode: 'changed'}; });
        acts[prefix + 'preview'] = starter(function () { return {mode: 'changed', dry_run: '1'}; });
        acts[prefix + 'ticked'] = starter(function () { return {mode: 'ids', ids: JSON.stringify(ticked())}; });
        acts[prefix + 'all'] = function (element) {
            confirmed(E.word(question + '_title'), E.word(question + '_text'), E.word(question + '_go'), function () {
                start(element, {direction: direction, mode: 'all'});
                return Promise.resolve();
            });
        };
        return acts;
    }

    E.acts(starters('', 'to-erp', 'all'));
    E.acts(starters('from-', 'to-store', 'from_all'));
    E.acts({
        auto: function (element) { E.autoMap(element, query, reload); },
        link: linkByHand,
        unlink: function (element) {
            confirmed(E.word('unlink_title'), E.word('unlink_text', {label: rowOf(element).label}), E.word('unlink_go'),
                function () { return change('unlink', element); });
        },
        exclude: function (element) { change('exclude', element).catch(E.complain); },
        readmit: function (element) { change('readmit', element).catch(E.complain); }
    });

    list.addEventListener('click', function (event) {
        var sort = event.target.closest('[data-erpb-sort]');
        if (sort) {
            order(sort.getAttribute('data-erpb-sort'));
        }
    });
    list.addEventListener('change', function (event) {
        if (event.target.hasAttribute('data-erpb-tick-all')) {
            [].forEach.call(list.querySelectorAll('[data-erpb-tick]'), function (box) {
                box.checked = event.target.checked;
            });
        }
        showTicked();
    });
    rows.filter.addEventListener('change', function (event) {
        if (event.target.name === 'connection') {
            window.location.href = E.config.page + '&tab=' + encodeURIComponent(query.tab)
                + '&connection=' + encodeURIComponent(event.target.value);
        }
    });

    showTicked();
    if (E.config.job) {
        follow(E.config.job);
    }
}(window.ErpBridge, document, window));
