// Before anything is drawn: whoever chose no theme gets that of their device.
const root = document.documentElement;
if (!("chosen" in root.dataset) && matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.bsTheme = "dark";
