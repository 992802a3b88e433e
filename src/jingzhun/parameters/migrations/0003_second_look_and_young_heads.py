from django.db import migrations


class Migration(migrations.Migration):
    """The shipped values, which every migration brings up to date, have the income of the second look and the age of young heads."""

    dependencies = [
        ("parameters", "0002_map_classes"),
    ]

    operations = []
