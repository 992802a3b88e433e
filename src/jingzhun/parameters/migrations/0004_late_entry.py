from django.db import migrations


class Migration(migrations.Migration):
    """The shipped values, which every migration brings up to date, have the days in which a late paper is entered."""

    dependencies = [
        ("parameters", "0003_second_look_and_young_heads"),
    ]

    operations = []
