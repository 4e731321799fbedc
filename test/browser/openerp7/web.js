// biome-ignore-all lint: of the language, only what 2013 knew.
// A stand-in for what OpenERP 7.0's addon `web` puts before all others: its class system, its session and its web client,
// as far as the contract in test/contract/openerp7-web-client.ts goes.
(() => {
  function makeClass(parent, members) {
    var prototype = Object.create(parent);
    function Made() {
      if (this.init) this.init.apply(this, arguments);
    }
    Made.prototype = prototype;
    function put(name, member, previous) {
      if (typeof member !== 'function' || !/\b_super\b/.test(member)) {
        prototype[name] = member;
        return;
      }
      prototype[name] = function () {
        var before = this._super;
        this._super = previous;
        var result = member.apply(this, arguments);
        this._super = before;
        return result;
      };
    }
    for (var name in members) put(name, members[name], parent[name]);
    Made.extend = (more) => makeClass(prototype, more);
    Made.include = (more) => {
      for (var name in more) put(name, more[name], prototype[name]);
    };
    return Made;
  }

  function readCookie() {
    var found = /(?:^|; )instance0%7Csession_id=(\w+)/.exec(document.cookie);
    return found ? found[1] : null;
  }

  window._ = {
    escape: (text) => String(text).replace(/[&<>"']/g, (character) => '&#' + character.charCodeAt(0) + ';'),
  };

  var openerp = (window.openerp = { instances: {} });

  openerp.init = (modules) => {
    var instance = { web: {} };
    openerp.instances.instance0 = instance;
    for (var index = 0; index < modules.length; index += 1) {
      instance[modules[index]] = instance[modules[index]] || {};
      openerp[modules[index]](instance, instance[modules[index]]);
    }
    instance.webclient = new instance.web.WebClient();
    instance.webclient.start();
  };

  openerp.web = (instance) => {
    instance.web.Class = makeClass({}, {});

    instance.web.Session = instance.web.Class.extend({
      rpc: function (path, params) {
        params.session_id = this.session_id;
        return fetch(path, { method: 'POST', body: JSON.stringify({ params: params }) })
          .then((response) => response.json())
          .then((answer) => {
            for (var key in answer.result) this[key] = answer.result[key];
          });
      },
      session_bind: function () {
        this.session_id = readCookie();
        return this.rpc('/web/session/get_session_info', {});
      },
      session_authenticate: function (db, login, password) {
        return this.rpc('/web/session/authenticate', { db: db, login: login, password: password }).then(
          () => {
            document.cookie = 'instance0%7Csession_id=' + this.session_id + '; path=/';
          },
        );
      },
      session_logout: function () {
        return this.rpc('/web/session/destroy', {});
      },
    });
    instance.session = new instance.web.Session();

    instance.web.WebClient = instance.web.Class.extend({
      start: function () {
        instance.session.session_bind().then(() => {
          if (instance.session.uid) this.show_application();
          else this.show_login();
        });
      },
      show_login: function () {
        document.body.innerHTML = '<button>Log in</button>';
        document.body.firstChild.onclick = () => {
          instance.session.session_authenticate('o7', 'admin', 'admin').then(() => {
            this.show_application();
          });
        };
      },
      show_application: function () {
        document.body.innerHTML = '<button>Log out</button>';
        document.body.firstChild.onclick = () => {
          this.on_logout();
        };
      },
      on_logout: () => {
        instance.session.session_logout().then(() => {
          window.location.reload();
        });
      },
      do_notify: function (title, text, sticky) {
        this.draw('notification', title, text, sticky);
      },
      do_warn: function (title, text, sticky) {
        this.draw('alert', title, text, sticky);
      },
      draw: (kind, title, text, sticky) => {
        var drawn = document.createElement('div');
        drawn.className = 'ui-notify-message ' + kind + (sticky ? ' sticky' : '');
        drawn.innerHTML = '<h1>' + title + '</h1><p>' + text + '</p>';
        document.body.appendChild(drawn);
      },
    });
  };
})();
