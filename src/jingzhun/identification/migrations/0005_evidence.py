import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# Until now a round had one sitting: whatever was scored was scored there.
OF_THE_ONE_SITTING = (
    "UPDATE identification_result r SET panel_id = p.id FROM identification_nomination n"
    " JOIN identification_panel p ON p.round_id = n.round_id WHERE n.id = r.nomination_id",
    "UPDATE identification_nomination n SET result_id = r.id FROM identification_result r WHERE r.nomination_id = n.id",
    "INSERT INTO identification_panel_villages (panel_id, nomination_id)"
    " SELECT panel_id, nomination_id FROM identification_result",
    "SET CONSTRAINTS ALL IMMEDIATE",
)


class Migration(migrations.Migration):

    dependencies = [
        ("identification", "0004_followed_up"),
    ]

    operations = [
        migrations.RemoveField("review", "visited"),
        migrations.AlterModelOptions("leaderapproval", {"ordering": ["at", "pk"]}),
        migrations.RemoveConstraint("leaderapproval", "leader_approves_once"),
        migrations.AddIndex(
            "leaderapproval", models.Index(fields=["nomination", "level", "-at"], name="approval_of_nomination")
        ),
        migrations.AlterField(
            "panel",
            "round",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="panels", to="identification.round"
            ),
        ),
        migrations.AddField(
            "panel",
            "villages",
            models.ManyToManyField(blank=True, related_name="panels", to="identification.nomination"),
        ),
        migrations.AlterField(
            "result",
            "nomination",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="results", to="identification.nomination"
            ),
        ),
        migrations.AddField(
            "result",
            "panel",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="identification.panel",
            ),
        ),
        migrations.AddField(
            "nomination",
            "result",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identification.result",
            ),
        ),
        migrations.RunSQL(list(OF_THE_ONE_SITTING), migrations.RunSQL.noop),
        migrations.AlterField(
            "result",
            "panel",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="results", to="identification.panel"
            ),
        ),
        migrations.AddConstraint(
            "panel",
            models.UniqueConstraint(condition=~Q(state="closed"), fields=("round",), name="one_open_panel_of_a_round"),
        ),
        migrations.AddConstraint(
            "result", models.UniqueConstraint(fields=("panel", "nomination"), name="result_once")
        ),
    ]
