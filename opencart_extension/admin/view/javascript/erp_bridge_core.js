/* What all screens of ERP Bridge share: calls to the shop, messages, dialogs. No library is needed. */
(function (window, document) {
    'use strict';

    var place = document.getElementById('erpb-config');
    var config = place ? JSON.parse(place.textContent) : {};

    function Problem(data) {
        this.data = data;
    }

    /** Return an element; children are elements or texts, so nothing is ever read as HTML. */
    function make(tag, attributes, children) {
        var element = document.createElement(tag);
        Object.keys(attributes || {}).forEach(function (name) {
            var value = attributes[name];
            if (name === 'class') {
                element.className = value;
            } else if (name.indexOf('on') === 0) {
                element.addEventListener(name.slice(2), value);
            } else if (value === true) {
                element.setAttribute(name, '');
            } else if (value !== false && value !== null && value !== undefined) {
                element.setAttribute(name, value);
            }
        });
        [].concat(children || []).forEach(function (child) {
            if (child !== null && child !== undefined && child !== '') {
                element.appendChild(typeof child === 'object' ? child : document.createTextNode(String(child)));
            }
        });
        return element;
    }

    function word(name, values) {
        var text = (config.words || {})[name] || name;
        Object.keys(values || {}).forEach(function (key) {
            text = text.split('{' + key + '}').join(String(values[key]));
        });
        return text;
    }

    function icon(name) {
        return make('i', {class: (config.icons || {})[name] || '', 'aria-hidden': 'true'});
    }

    function lost() {
        return new Problem({cause: word('lost_cause'), fix: word('lost_fix'), code: 'shop.lost'});
    }

    function ended() {
        return new Problem({cause: word('login_cause'), fix: word('login_fix'), code: 'shop.login'});
    }

    function send(url, options) {
        options.credentials = 'same-origin';
        options.cache = 'no-store';
        return window.fetch(url, options).catch(function () {
            throw lost();
        }).then(function (answer) {
            return answer.text().then(function (text) {
                return {answer: answer, text: text};
            });
        });
    }

    function asJson(got) {
        var data;
        try {
            data = JSON.parse(got.text);
        } catch (error) {
            throw (/common\/login/.test(got.answer.url) || /name="password"/.test(got.text)) ? ended() : lost();
        }
        if (data.problem) {
            throw new Problem(data.problem);
        }
        return data;
    }

    function encode(values) {
        var body = new URLSearchParams();
        Object.keys(values || {}).forEach(function (name) {
            body.append(name, values[name]);
        });
        return body;
    }

    function withQuery(url, values) {
        var query = encode(values).toString();
        return query ? url + (url.indexOf('?') < 0 ? '?' : '&') + query : url;
    }

    /** Read JSON from a method of this screen. */
    function get(method, values) {
        return send(withQuery(config.urls[method], values), {method: 'GET'}).then(asJson);
    }

    /** Change something by a method of this screen; the answer is JSON. */
    function post(method, values) {
        return send(config.urls[method], {method: 'POST', body: encode(values)}).then(asJson);
    }

    /** Read a piece of HTML, escaped by the server, from a method of this screen. */
    function part(method, values) {
        return send(withQuery(config.urls[method], values), {method: 'GET'}).then(function (got) {
            if (/<html/i.test(got.text)) {
                throw ended();
            }
            return got.text;
        });
    }

    function problemPanel(problem) {
        var data = problem instanceof Problem ? problem.data : lost().data;
        var rows = [make('div', {class: 'erpb-problem-cause'}, [
            data.record ? make('span', {class: 'erpb-problem-record'}, data.record) : null, data.cause
        ])];
        if (data.fix) {
            rows.push(make('div', {class: 'erpb-problem-fix'}, [make('strong', {}, word('fix') + ': '), data.fix]));
        }
        rows.push(make('div', {class: 'erpb-problem-actions'}, [
            data.href ? make('a', {href: data.href, class: 'btn btn-primary btn-sm'}, data.link) : null,
            data.code ? make('span', {class: 'erpb-code'}, data.code) : null
        ]));
        return make('div', {class: 'erpb-problem', role: 'alert'}, rows);
    }

    function place_(target, element) {
        target.textContent = '';
        if (element) {
            target.appendChild(element);
        }
    }

    /**
     * Make an element look like another one, and keep all in it that stays: what is replaced between press and
     * release loses its click, and its focus. What is in the other one must have no listeners.
     */
    function renew(now, fresh) {
        if (now.nodeName !== fresh.nodeName) {
            now.parentNode.replaceChild(fresh, now);
            return;
        }
        if (now.nodeType !== 1) {
            if (now.nodeValue !== fresh.nodeValue) {
                now.nodeValue = fresh.nodeValue;
            }
            return;
        }
        [].slice.call(now.attributes).forEach(function (attribute) {
            if (!fresh.hasAttribute(attribute.name)) {
                now.removeAttribute(attribute.name);
            }
        });
        [].forEach.call(fresh.attributes, function (attribute) {
            if (now.getAttribute(attribute.name) !== attribute.value) {
                now.setAttribute(attribute.name, attribute.value);
            }
        });
        var children = [].slice.call(fresh.childNodes);
        children.forEach(function (child, index) {
            if (now.childNodes[index]) {
                renew(now.childNodes[index], child);
            } else {
                now.appendChild(child);
            }
        });
        while (now.childNodes.length > children.length) {
            now.removeChild(now.lastChild);
        }
    }

    function messages() {
        var found = document.getElementById('erpb-messages');
        if (!found) {
            found = make('div', {id: 'erpb-messages'});
            (document.getElementById('content') || document.body).appendChild(found);
        }
        return found;
    }

    function tell(text) {
        place_(messages(), make('div', {class: 'erpb-done', role: 'status'}, [icon('include'), ' ' + text]));
    }

    function complain(problem, target) {
        var where = target || messages();
        place_(where, problemPanel(problem));
        where.scrollIntoView({block: 'nearest'});
    }

    function clear() {
        if (document.getElementById('erpb-messages')) {
            place_(messages(), null);
        }
    }

    /** Run a promise while a button shows that it works. */
    function busy(button, promise) {
        if (!button) {
            return promise;
        }
        button.disabled = true;
        button.classList.add('erpb-busy');
        var done = function () {
            button.disabled = false;
            button.classList.remove('erpb-busy');
        };
        promise.then(done, done);
        return promise;
    }

    /** Call handlers of [data-erpb-act] elements: name => function(element). */
    function acts(handlers) {
        document.addEventListener('click', function (event) {
            var element = event.target.closest ? event.target.closest('[data-erpb-act]') : null;
            if (element && handlers[element.getAttribute('data-erpb-act')]) {
                event.preventDefault();
                handlers[element.getAttribute('data-erpb-act')](element);
            }
        });
    }

    function formValues(form) {
        var values = {};
        [].forEach.call(form.elements, function (input) {
            if (input.name && !(input.type === 'checkbox' && !input.checked)) {
                values[input.name] = input.value;
            }
        });
        return values;
    }

    /** Show the messages of single fields beside them; return whether there were any. */
    function fieldErrors(form, fields) {
        var any = false;
        [].forEach.call(form.querySelectorAll('[data-erpb-field]'), function (row) {
            var texts = (fields || {})[row.getAttribute('data-erpb-field')] || [];
            row.classList.toggle('erpb-wrong', texts.length > 0);
            row.querySelector('.erpb-error').textContent = texts.join(' ');
            any = any || texts.length > 0;
        });
        return any;
    }

    /** Open a dialog; returns {body, foot, close}. */
    function dialog(title, wide) {
        var body = make('div', {class: 'erpb-dialog-body'});
        var foot = make('div', {class: 'erpb-dialog-foot'});
        var element = make('dialog', {class: 'erpb-dialog' + (wide ? ' erpb-dialog-wide' : '')}, [
            make('div', {class: 'erpb-dialog-head'}, [
                make('h3', {}, title),
                make('button', {
                    type: 'button', class: 'erpb-dialog-x', 'aria-label': word('close'),
                    onclick: function () { element.close(); }
                }, '×')
            ]), body, foot
        ]);
        element.addEventListener('close', function () {
            element.remove();
        });
        document.body.appendChild(element);
        element.showModal();
        return {element: element, body: body, foot: foot, close: function () { element.close(); }};
    }

    function button(text, className, act) {
        return make('button', {type: 'button', class: className, onclick: function () { act(this); }}, text);
    }

    window.ErpBridge = {
        config: config, Problem: Problem, make: make, word: word, icon: icon, get: get, post: post, part: part,
        place: place_, renew: renew, tell: tell, complain: complain, clear: clear, busy: busy, acts: acts, dialog: dialog,
        button: button, formValues: formValues, fieldErrors: fieldErrors, problemPanel: problemPanel
    };
}(window, document));
