/* The settings screen. */
(function (E, document) {
    'use strict';

    var form = document.getElementById('erpb-settings');
    var result = document.getElementById('erpb-test-result');

    if (!form) {
        return;
    }

    function failed(problem) {
        if (!(problem.data && E.fieldErrors(form, problem.data.fields))) {
            E.complain(problem);
        }
    }

    function save(element) {
        E.clear();
        E.fieldErrors(form, {});
        E.busy(element, E.post('save', E.formValues(form))).then(function (data) {
            document.getElementById('erpb-key').value = '';
            E.tell(data.message);
            if (data.masked) {
                document.getElementById('erpb-key').placeholder = data.masked;
                document.getElementById('erpb-key-state').textContent = data.key_state;
            }
        }).catch(failed);
    }

    function test(element) {
        E.clear();
        E.fieldErrors(form, {});
        result.textContent = E.word('busy');
        E.busy(element, E.post('test', E.formValues(form))).then(function (data) {
            result.innerHTML = data.html;
        }).catch(function (problem) {
            result.textContent = '';
            failed(problem);
        });
    }

    function repair(element) {
        E.busy(element, E.post('repair', {})).then(function (data) {
            document.getElementById('erpb-events').innerHTML = data.events;
            E.tell(data.message);
        }).catch(E.complain);
    }

    form.addEventListener('submit', function (event) {
        event.preventDefault();
        save(document.querySelector('[data-erpb-act="save"]'));
    });
    E.acts({save: save, test: test, repair: repair});
}(window.ErpBridge, document));
