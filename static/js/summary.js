// A refused form starts at its error summary.
document.getElementById("error-summary")?.focus();
