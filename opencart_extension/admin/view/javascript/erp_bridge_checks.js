/* Fields of which several values can be ticked: one text with commas is what is stored. */
(function (E, document) {
    'use strict';

    function fieldOf(box) {
        return document.getElementById('erpb-f-' + box.getAttribute('data-erpb-checks'));
    }

    function values(box) {
        return fieldOf(box).value.split(',').map(function (value) {
            return value.trim();
        }).filter(Boolean);
    }

    /** Show what the ERP offers; what is ticked and no longer offered stays, so that it can be unticked. */
    E.fillChecks = function (box, items) {
        var ticked = values(box);
        var known = items.map(function (item) { return item.value; });
        var gone = ticked.filter(function (value) { return known.indexOf(value) < 0; });
        box.textContent = '';
        items.concat(gone.map(function (value) {
            return {value: value, label: value};
        })).forEach(function (item) {
            var input = E.make('input', {
                type: 'checkbox', value: item.value, class: E.config.ui.checkbox,
                checked: ticked.indexOf(item.value) >= 0
            });
            box.appendChild(E.make('label', {}, [input, ' ' + item.label]));
        });
    };

    document.addEventListener('change', function (event) {
        var box = event.target.closest ? event.target.closest('[data-erpb-checks]') : null;
        if (box) {
            fieldOf(box).value = [].map.call(box.querySelectorAll('input:checked'), function (input) {
                return input.value;
            }).join(',');
        }
    });
}(window.ErpBridge, document));
