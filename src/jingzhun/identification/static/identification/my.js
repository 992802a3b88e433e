// The QR code carries the household's code behind the #: it fills the field and never reaches a server's log.
const code = decodeURIComponent(location.hash.slice(1));
const field = document.querySelector("input[name=code]");
if (field && /^[0-9A-Za-z-]{8,20}$/.test(code)) {
  field.value = code.replace(/-/g, "").replace(/(.{4})(?=.)/g, "$1-");
  history.replaceState(null, "", location.pathname);
}
