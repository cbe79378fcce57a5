/* What waits: filter, pages, try again, leave out. */
(function (E, document, window) {
    'use strict';

    var list = document.getElementById('erpb-list');
    var filter = document.getElementById('erpb-filter');
    var query = E.config.query;

    if (!list) {
        return;
    }

    function reload() {
        var address = E.config.page;
        Object.keys(query).forEach(function (name) {
            address += '&' + name + '=' + encodeURIComponent(query[name]);
        });
        window.history.replaceState(null, '', address);
        list.classList.add('erpb-loading');
        return E.part('list', query).then(function (html) {
            list.innerHTML = html;
        }).catch(function (problem) {
            E.complain(problem, list);
        }).then(function () {
            list.classList.remove('erpb-loading');
        });
    }

    function change(method, element) {
        var row = element.closest('[data-erpb-key]');
        return E.busy(element, E.post(method, {
            key: row.getAttribute('data-erpb-key'),
            entity: row.getAttribute('data-erpb-entity'),
            connection: row.getAttribute('data-erpb-connection')
        })).then(function (data) {
            E.tell(data.message);
            return reload();
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

    list.addEventListener('click', function (event) {
        var page = event.target.closest('[data-erpb-page]');
        if (page) {
            query.page = Number(page.getAttribute('data-erpb-page'));
            reload();
        }
    });
    filter.addEventListener('submit', function (event) {
        event.preventDefault();
        var values = E.formValues(filter);
        query = {
            connection: values.connection || '', entity: values.entity, q: values.q,
            cleared: values.cleared || '', page: 1
        };
        reload();
    });
    filter.addEventListener('change', function (event) {
        if (event.target.name !== 'q') {
            filter.dispatchEvent(new Event('submit', {cancelable: true}));
        }
    });
}(window.ErpBridge, document, window));
