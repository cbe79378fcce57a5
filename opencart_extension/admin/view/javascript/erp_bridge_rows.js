/* A list of rows with its filter and pages: read anew for each, and kept in the address of the page. */
(function (E, document, window) {
    'use strict';

    /**
     * Take over the list #erpb-list and the form #erpb-filter; null where the page has no list.
     *
     * options.fields: names of the filter that are asked for; options.query: what is asked for now, also
     * what no filter changes; options.shown(): called when new rows are there. The rows are asked for by
     * reload(), which returns a promise.
     */
    E.rows = function (options) {
        var list = document.getElementById('erpb-list');
        var filter = document.getElementById('erpb-filter');
        var query = options.query;

        if (!list || !filter) {
            return null;
        }

        function keepAddress() {
            var address = E.config.page;
            Object.keys(query).forEach(function (name) {
                address += '&' + name + '=' + encodeURIComponent(query[name]);
            });
            window.history.replaceState(null, '', address);
        }

        function reload() {
            keepAddress();
            list.classList.add('erpb-loading');
            return E.part('list', query).then(function (html) {
                list.innerHTML = html;
                if (options.shown) {
                    options.shown();
                }
            }).catch(function (problem) {
                E.complain(problem, list);
            }).then(function () {
                list.classList.remove('erpb-loading');
            });
        }

        function ask() {
            var values = E.formValues(filter);
            options.fields.forEach(function (name) {
                query[name] = values[name] || '';
            });
            query.page = 1;
            return reload();
        }

        list.addEventListener('click', function (event) {
            var page = event.target.closest('[data-erpb-page]');
            if (page) {
                query.page = Number(page.getAttribute('data-erpb-page'));
                reload();
            }
        });
        filter.addEventListener('submit', function (event) {
            event.preventDefault();
            ask();
        });
        filter.addEventListener('change', function (event) {
            // a text is asked for by Enter or the button, so that typing is not interrupted
            if (event.target.name !== 'q' && options.fields.indexOf(event.target.name) >= 0) {
                ask();
            }
        });

        return {list: list, filter: filter, query: query, reload: reload};
    };
}(window.ErpBridge, document, window));
