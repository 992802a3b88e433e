"""How forms are drawn everywhere: label, field, help and error in the shell's style."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Django's renderer with the shell's templates for whole forms and for single fields."""

    form_template_name = "web/form.html"
    field_template_name = "web/field.html"
