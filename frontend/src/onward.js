// A form with data-goes-on is only a step on the way: it goes on by itself.
document.querySelector("form[data-goes-on]")?.requestSubmit();
