// biome-ignore-all lint: of the language, only what 2013 knew.
// A stand-in for what OpenERP 7.0's addon `web` puts before all others: its class system, its session and its web client,
// as far as the contract in test/contract/openerp7-web-client.ts goes.
(function () {
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
    Made.extend = function (more) {
      return makeClass(prototype, more);
    };
    Made.include = function (more) {
      for (var name in more) put(name, more[name], prototype[name]);
    };
    return Made;
  }

  function readCookie() {
    var found = /(?:^|; )instance0%7Csession_id=(\w+)/.exec(document.cookie);
    return found ? found[1] : null;
  }

  window._ = {
    escape: function (text) {
      return String(text).replace(/[&<>"']/g, function (character) {
        return '&#' + character.charCodeAt(0) + ';';
      });
    },
  };

  var openerp = (window.openerp = { instances: {} });

  openerp.init = function (modules) {
    var instance = { web: {} };
    openerp.instances.instance0 = instance;
    for (var index = 0; index < modules.length; index += 1) {
      instance[modules[index]] = instance[modules[index]] || {};
      openerp[modules[index]](instance, instance[modules[index]]);
    }
    instance.webclient = new instance.web.WebClient();
    instance.webclient.start();
  };

  openerp.web = function (instance) {
    instance.web.Class = makeClass({}, {});

    instance.web.Session = instance.web.Class.extend({
      rpc: function (path, params) {
        var self = this;
        params.session_id = this.session_id;
        return fetch(path, { method: 'POST', body: JSON.stringify({ params: params }) })
          .then(function (response) {
            return response.json();
          })
          .then(function (answer) {
            for (var key in answer.result) self[key] = answer.result[key];
          });
      },
      session_bind: function () {
        this.session_id = readCookie();
        return this.rpc('/web/session/get_session_info', {});
      },
      session_authenticate: function (db, login, password) {
        var self = this;
        var params = { db: db, login: login, password: password };
        return this.rpc('/web/session/authenticate', params).then(function () {
          document.cookie = 'instance0%7Csession_id=' + self.session_id + '; path=/';
        });
      },
      session_logout: function () {
        return this.rpc('/web/session/destroy', {});
      },
    });
    instance.session = new instance.web.Session();

    instance.web.WebClient = instance.web.Class.extend({
      start: function () {
        var self = this;
        instance.session.session_bind().then(function () {
          if (instance.session.uid) self.show_application();
          else self.show_login();
        });
      },
      show_login: function () {
        var self = this;
        document.body.innerHTML = '<button>Log in</button>';
        document.body.firstChild.onclick = function () {
          instance.session.session_authenticate('o7', 'admin', 'admin').then(function () {
            self.show_application();
          });
        };
      },
      show_application: function () {
        var self = this;
        self.update_logo();
        document.body.innerHTML = '<button>Log out</button>';
        document.body.firstChild.onclick = function () {
          self.on_logout();
        };
      },
      update_logo: function () {},
      on_logout: function () {
        instance.session.session_logout().then(function () {
          window.location.reload();
        });
      },
      do_notify: function (title, text, sticky) {
        this.draw('notification', title, text, sticky);
      },
      do_warn: function (title, text, sticky) {
        this.draw('alert', title, text, sticky);
      },
      draw: function (kind, title, text, sticky) {
        var drawn = document.createElement('div');
        drawn.className = 'ui-notify-message ' + kind + (sticky ? ' sticky' : '');
        drawn.innerHTML = '<h1>' + title + '</h1><p>' + text + '</p>';
        document.body.appendChild(drawn);
      },
    });
  };
})();
