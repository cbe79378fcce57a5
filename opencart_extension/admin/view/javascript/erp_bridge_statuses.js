/* Order statuses: what the ERP does at each, and what the shop does when something happens in the ERP. */
(function (E, document, window) {
    'use strict';

    var forms = {actions: document.getElementById('erpb-actions'), back: document.getElementById('erpb-back')};
    var chooser = document.getElementById('erpb-connection');

    if (!forms.actions) {
        return;
    }

    function save(name) {
        var form = forms[name];
        var values = E.formValues(form);
        values.connection = E.config.query.connection;
        E.clear();
        E.fieldErrors(form, {});
        E.busy(form.querySelector('[type="submit"]'), E.post(name, values)).then(function (data) {
            E.tell(data.message);
        }).catch(function (problem) {
            if (problem.data && E.fieldErrors(form, problem.data.fields)) {
                form.querySelector('.erpb-wrong').scrollIntoView({block: 'center'});
            } else {
                E.complain(problem);
            }
        });
    }

    Object.keys(forms).forEach(function (name) {
        forms[name].addEventListener('submit', function (event) {
            event.preventDefault();
            save(name);
        });
    });
    E.acts({
        'save-actions': function () { save('actions'); },
        'save-back': function () { save('back'); },
        auto: function (element) {
            E.autoMap(element, E.config.query, function () { window.location.reload(); });
        }
    });

    if (chooser) {
        chooser.addEventListener('change', function () {
            window.location.href = E.config.page + '&connection=' + encodeURIComponent(chooser.value);
        });
    }
}(window.ErpBridge, document, window));
