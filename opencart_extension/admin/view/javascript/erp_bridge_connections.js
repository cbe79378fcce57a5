/* The connections: list and form. */
(function (E, document, window) {
    'use strict';

    var form = document.getElementById('erpb-connection-form');
    var result = document.getElementById('erpb-test-result');
    var buttons = document.getElementById('erpb-buttons');
    var preparation = document.getElementById('erpb-preparation');

    function failed(problem) {
        if (!(problem.data && form && E.fieldErrors(form, problem.data.fields))) {
            E.complain(problem);
        } else {
            var wrong = form.querySelector('.erpb-wrong');
            if (wrong.closest('details')) {
                wrong.closest('details').open = true;
            }
            if (wrong.closest('[data-erpb-pane]')) {
                showTab(wrong.closest('[data-erpb-pane]').getAttribute('data-erpb-pane'));
            }
            markTabs();
            wrong.scrollIntoView({block: 'center'});
        }
    }

    /** Load the form of the kind that is chosen; it may have been before this script was there. */
    function showKind() {
        var kind = form.elements.kind.value;
        if (kind !== E.config.kind) {
            window.location.href = E.config.page + '&kind=' + encodeURIComponent(kind);
        }
    }

    function showTab(name) {
        [].forEach.call(form.querySelectorAll('[data-erpb-pane]'), function (pane) {
            pane.hidden = pane.getAttribute('data-erpb-pane') !== name;
        });
        [].forEach.call(form.querySelectorAll('[data-erpb-tab]'), function (tab) {
            var chosen = tab.getAttribute('data-erpb-tab') === name;
            tab.classList.toggle('active', chosen);
            tab.parentNode.classList.toggle('active', chosen);
            tab.setAttribute('aria-selected', chosen ? 'true' : 'false');
        });
    }

    /** Mark the tabs that hold a wrong field. */
    function markTabs() {
        [].forEach.call(form.querySelectorAll('[data-erpb-tab]'), function (tab) {
            var pane = form.querySelector('[data-erpb-pane="' + tab.getAttribute('data-erpb-tab') + '"]');
            tab.classList.toggle('erpb-tab-wrong', pane.querySelector('.erpb-wrong') !== null);
        });
    }

    function values() {
        E.clear();
        E.fieldErrors(form, {});
        markTabs();
        return E.formValues(form);
    }

    function save(element) {
        E.busy(element, E.post('save', values())).then(function (data) {
            if (E.config.id) {
                E.tell(data.message);
                loadChoices();
            } else {
                window.location.href = data.href;
            }
        }).catch(failed);
    }

    function test(element) {
        result.textContent = E.word('testing');
        E.busy(element, E.post('test', values())).then(function (data) {
            result.innerHTML = data.html;
            if (E.config.id && data.ok) {
                loadChoices();
            }
        }).catch(function (problem) {
            result.textContent = '';
            failed(problem);
        });
    }

    function fillSelect(select, items) {
        var present = select.value;
        var known = items.some(function (item) { return item.value === present; });
        while (select.options.length > 1) {
            select.remove(1);
        }
        (present && !known ? items.concat([{value: present, label: present}]) : items).forEach(function (item) {
            select.add(new Option(item.label, item.value, false, item.value === present));
        });
    }

    /** Fill the fields whose values only the ERP knows. */
    function loadChoices() {
        [].forEach.call(form.querySelectorAll('[data-erpb-choices]'), function (place) {
            var note = place.parentNode.querySelector('[data-erpb-choices-note]');
            note.textContent = E.word('choices_loading');
            E.get('choices', {id: E.config.id, field: place.getAttribute('data-erpb-choices')}).then(function (data) {
                (place.hasAttribute('data-erpb-checks') ? E.fillChecks : fillSelect)(place, data.items);
                note.textContent = '';
            }).catch(function (problem) {
                note.textContent = E.word('choices_failed') + ' ' + (problem.data ? problem.data.cause : '');
            });
        });
    }

    /** Show a box below the form; an ERP without what it is about has none. */
    function loadBox(method, place) {
        E.part(method, {id: E.config.id}).then(function (html) {
            place.innerHTML = html;
        }).catch(function (problem) {
            E.complain(problem, place);
        });
    }

    /** Make in the ERP what the box lists, once the person has confirmed it. */
    function prepare(element) {
        var box = E.dialog(E.word('prepare_title'));
        var missing = document.getElementById('erpb-prepare-missing');
        box.body.appendChild(E.make('p', {}, E.word('prepare_text')));
        if (missing) {
            missing = missing.cloneNode(true);
            missing.removeAttribute('id');
            box.body.appendChild(missing);
        }
        box.foot.appendChild(E.button(E.word('cancel'), E.config.ui.light, box.close));
        box.foot.appendChild(E.button(E.word('prepare_go'), 'btn btn-primary', function () {
            var result = document.getElementById('erpb-prepare-result');
            box.close();
            result.textContent = E.word('prepare_busy');
            E.busy(element, E.post('prepare', {id: E.config.id})).then(function (data) {
                preparation.innerHTML = data.html;
                loadChoices();
            }).catch(function (problem) {
                E.complain(problem, result);
            });
        }));
    }

    function setButtons(installed, element) {
        var result = document.getElementById('erpb-buttons-result');
        result.textContent = E.word('buttons_busy');
        return E.busy(element, E.post('setButtons', {id: E.config.id, installed: installed})).then(function (data) {
            buttons.innerHTML = data.html;
            document.getElementById('erpb-buttons-result').innerHTML = data.findings;
        }).catch(function (problem) {
            E.complain(problem, result);
        });
    }

    function removeButtons(element) {
        var box = E.dialog(E.word('buttons_remove_title'));
        box.body.appendChild(E.make('p', {}, E.word('buttons_remove_text')));
        box.foot.appendChild(E.button(E.word('cancel'), E.config.ui.light, box.close));
        box.foot.appendChild(E.button(E.word('buttons_remove_go'), 'btn btn-danger', function () {
            box.close();
            setButtons('0', element);
        }));
    }

    function row(element) {
        var found = element.closest('[data-erpb-id]');
        return {id: found.getAttribute('data-erpb-id'), label: found.getAttribute('data-erpb-label')};
    }

    function simple(method) {
        return function (element) {
            E.busy(element, E.post(method, {id: row(element).id})).then(function () {
                window.location.reload();
            }).catch(E.complain);
        };
    }

    function check(element) {
        var box = E.dialog(E.word('test_title', {label: row(element).label}));
        box.body.textContent = E.word('testing');
        box.foot.appendChild(E.button(E.word('close'), E.config.ui.light, box.close));
        E.busy(element, E.post('check', {id: row(element).id})).then(function (data) {
            box.body.innerHTML = data.html;
        }).catch(function (problem) {
            E.complain(problem, box.body);
        });
    }

    function remove(element) {
        var box = E.dialog(E.word('remove_title', {label: row(element).label}));
        box.body.appendChild(E.make('p', {}, E.word('remove_text')));
        box.foot.appendChild(E.button(E.word('cancel'), E.config.ui.light, box.close));
        box.foot.appendChild(E.button(E.word('remove_go'), 'btn btn-danger', function (button) {
            E.busy(button, E.post('remove', {id: row(element).id})).then(function () {
                window.location.reload();
            }).catch(function (problem) {
                E.complain(problem, box.body);
            });
        }));
    }

    E.acts({
        tab: function (element) { showTab(element.getAttribute('data-erpb-tab')); },
        prepare: prepare,
        'buttons-install': function (element) { setButtons('1', element); },
        'buttons-remove': removeButtons,
        save: save, test: test, check: check, remove: remove, pause: simple('pause'), resume: simple('resume')
    });

    if (E.config.message) {
        E.tell(E.config.message);
    }

    if (form) {
        form.addEventListener('submit', function (event) {
            event.preventDefault();
            save(document.querySelector('[data-erpb-act="save"]'));
        });
        form.elements.kind.addEventListener('change', showKind);
        showKind();
        if (E.config.id) {
            loadChoices();
            loadBox('preparation', preparation);
            loadBox('buttons', buttons);
        }
    }
}(window.ErpBridge, document, window));
