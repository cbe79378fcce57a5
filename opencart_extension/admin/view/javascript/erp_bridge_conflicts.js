/* Conflicts: pick a side per field, or one for the whole record. */
(function (E, document) {
    'use strict';

    var place = document.getElementById('erpb-job');
    var rows = E.rows({query: E.config.query, fields: ['connection', 'entity', 'q']});

    if (!rows) {
        return;
    }

    /** Return the side picked for each field of a record. */
    function choices(card) {
        var picked = {};
        [].forEach.call(card.querySelectorAll('[data-erpb-name]'), function (line) {
            var radio = line.querySelector('input[type="radio"]:checked');
            if (radio) {
                picked[line.getAttribute('data-erpb-name')] = radio.value;
            }
        });
        return picked;
    }

    function showPicked(card) {
        card.querySelector('[data-erpb-act="settle"]').disabled = Object.keys(choices(card)).length === 0;
    }

    function lock(card, locked) {
        card.classList.toggle('erpb-loading', locked);
        [].forEach.call(card.querySelectorAll('button, input'), function (element) {
            element.disabled = locked;
        });
        if (!locked) {
            showPicked(card);
        }
    }

    function settle(element, values) {
        var card = element.closest('[data-erpb-key]');
        E.clear();
        values.key = card.getAttribute('data-erpb-key');
        values.entity = card.getAttribute('data-erpb-entity');
        values.connection = card.getAttribute('data-erpb-connection');
        lock(card, true);
        E.post('settle', values).then(function (data) {
            new E.JobPanel(place, data.job, {closable: true, open: true, onEnd: rows.reload});
            if (!data.job.running) {
                rows.reload();
            }
        }).catch(function (problem) {
            lock(card, false);
            E.complain(problem);
        });
    }

    E.acts({
        settle: function (element) {
            settle(element, {choices: JSON.stringify(choices(element.closest('[data-erpb-key]')))});
        },
        'settle-shop': function (element) { settle(element, {all: 'shop'}); },
        'settle-erp': function (element) { settle(element, {all: 'erp'}); }
    });

    rows.list.addEventListener('change', function (event) {
        if (event.target.type === 'radio') {
            showPicked(event.target.closest('[data-erpb-key]'));
        }
    });
}(window.ErpBridge, document));
