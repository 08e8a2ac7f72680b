(function () {
  'use strict';
  var input = document.getElementById('q'), none = document.getElementById('none');
  var all = Array.prototype.slice.call(document.querySelectorAll('[data-s]'));
  var groups = Array.prototype.slice.call(document.querySelectorAll('nav div'));
  function filter() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean), found = 0;
    all.forEach(function (e) {
      var fits = words.every(function (w) { return e.getAttribute('data-s').indexOf(w) >= 0; });
      e.hidden = !fits;
      if (fits) found++;
    });
    groups.forEach(function (g) { g.hidden = !g.querySelector('a:not([hidden])'); });
    none.hidden = found > 0;
  }
  input.addEventListener('input', filter);
  document.addEventListener('keydown', function (e) {
    if (e.key === '/' && document.activeElement !== input) { e.preventDefault(); input.focus(); }
    if (e.key === 'Escape') { input.value = ''; filter(); }
  });
  var svg = document.querySelector('svg'), scale = 1;
  Array.prototype.forEach.call(document.querySelectorAll('.zoom button'), function (b) {
    b.addEventListener('click', function () {
      var box = svg.viewBox.baseVal, wide = svg.parentNode.clientWidth / box.width;
      scale = b.value === 'fit' ? Math.min(1, wide) : b.value === '1' ? 1 : scale * Number(b.value);
      svg.setAttribute('width', box.width * scale);
      svg.setAttribute('height', box.height * scale);
    });
  });
  if (input.value) filter();
})();
