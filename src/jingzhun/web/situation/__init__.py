"""The county situation: one report, shown as a page, a PDF and a workbook."""
