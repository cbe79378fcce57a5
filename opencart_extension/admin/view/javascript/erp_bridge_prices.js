/* The panel of price lists by customer group on the prices screen. */
(function (E, document) {
    'use strict';

    var place = document.getElementById('erpb-price-lists');

    if (!place) {
        return;
    }

    function save(form) {
        var values = E.formValues(form);
        values.connection = E.config.query.connection;
        E.clear();
        E.fieldErrors(form, {});
        E.busy(form.querySelector('[type="submit"]'), E.post('save', values)).then(function (data) {
            E.tell(data.message);
        }).catch(function (problem) {
            if (!(problem.data && E.fieldErrors(form, problem.data.fields))) {
                E.complain(problem);
            }
        });
    }

    place.addEventListener('submit', function (event) {
        event.preventDefault();
        save(event.target);
    });
    E.part('lists', {connection: E.config.query.connection}).then(function (html) {
        place.innerHTML = html;
    }).catch(function (problem) {
        E.complain(problem, place);
    });
}(window.ErpBridge, document));
