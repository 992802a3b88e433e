import django.db.models.deletion
import django.utils.timezone
import jingzhun.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('areas', '0002_point_is_whole'),
        ('people', '__first__'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('who', models.BinaryField(max_length=16)),
                ('window', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['window'], name='attempt_age')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'who', 'window'), name='attempt_window')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(max_length=80, verbose_name='office')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='office phone')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='office address')),
                ('hours', models.CharField(blank=True, max_length=80, verbose_name='office hours')),
                ('area', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='area')),
            ],
            options={
                'ordering': ['area'],
                'triggers': [pgtrigger.compiler.Trigger(name='superseded_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_contactevent" ("address", "area_id", "hours", "id", "office", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") SELECT old_values."address", old_values."area_id", old_values."hours", old_values."id", old_values."office", _pgh_attached_context.value, NOW(), \'superseded\', old_values."id", old_values."phone" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d27f88932fe68acbd90ea4a3ca781a7a26ab045c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_superseded_update_5363b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='publicity_contact', when='AFTER')), pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_contactevent" ("address", "area_id", "hours", "id", "office", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") SELECT old_values."address", old_values."area_id", old_values."hours", old_values."id", old_values."office", _pgh_attached_context.value, NOW(), \'deleted\', old_values."id", old_values."phone" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='1bf06d928ea3f03acb1f7058b4140a7812eb24d8', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_26243', referencing='REFERENCING OLD TABLE AS old_values ', table='publicity_contact', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ContactEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('office', models.CharField(max_length=80, verbose_name='office')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='office phone')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='office address')),
                ('hours', models.CharField(blank=True, max_length=80, verbose_name='office hours')),
                ('area', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='areas.area', verbose_name='area')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='publicity.contact')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(db_collation='C', max_length=8, unique=True, verbose_name='number')),
                ('kind', models.CharField(max_length=30, verbose_name='kind')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('round', models.CharField(blank=True, max_length=40, verbose_name='round')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='place')),
                ('opens_on', models.DateField(verbose_name='opens on')),
                ('closes_on', models.DateField(verbose_name='last day')),
                ('state', models.CharField(choices=[('open', 'open'), ('closed', 'closed')], default='open', max_length=10, verbose_name='state')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('items_count', models.PositiveIntegerField(default=0, verbose_name='entries')),
                ('digest', models.CharField(max_length=64)),
                ('sealed', models.BooleanField(default=False, editable=False)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='area')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-opens_on', '-id'],
                'indexes': [models.Index(fields=['area', '-opens_on'], name='notice_area'), models.Index(fields=['kind', '-opens_on'], name='notice_kind'), models.Index(condition=models.Q(('state', 'open')), fields=['closes_on'], name='notice_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='notice_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state', 'closed')), _connector='OR'), name='notice_closed_has_a_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='announced_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.sealed AND (OLD.number, OLD.kind, OLD.area_id, OLD.title, OLD.round, OLD.place, OLD.opens_on, OLD.closes_on, OLD.items_count, OLD.digest, OLD.sealed) IS DISTINCT FROM (NEW.number, NEW.kind, NEW.area_id, NEW.title, NEW.round, NEW.place, NEW.opens_on, NEW.closes_on, NEW.items_count, NEW.digest, NEW.sealed))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='66b51a8ba9b3c0ffa08e476e5054b5ec4ae691d9', operation='UPDATE', pgid='pgtrigger_announced_stays_7e693', table='publicity_notice', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b3f13f2af6f1b2a7d15d96c9abee25e73368ef42', operation='DELETE', pgid='pgtrigger_never_deleted_8bbdf', table='publicity_notice', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BoardPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ImageField(upload_to='boards/%Y/%m', verbose_name='photo')),
                ('sha256', models.CharField(max_length=64)),
                ('taken_on', models.DateField(verbose_name='taken on')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='publicity.notice')),
            ],
            options={
                'ordering': ['-taken_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='NoticeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='no.')),
                ('subject', models.CharField(db_collation='C', max_length=60)),
                ('shown', models.JSONField()),
                ('state', models.CharField(choices=[('open', 'on show'), ('passed', 'passed'), ('held', 'held back'), ('returned', 'returned')], default='open', max_length=10, verbose_name='state')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='publicity.notice')),
            ],
            options={
                'ordering': ['notice', 'position'],
                'indexes': [models.Index(fields=['subject', '-notice'], name='item_subject')],
                'constraints': [models.UniqueConstraint(fields=('notice', 'position'), name='item_position_once'), models.UniqueConstraint(fields=('notice', 'subject'), name='item_subject_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."notice_id" IS DISTINCT FROM (NEW."notice_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."shown" IS DISTINCT FROM (NEW."shown") OR OLD."subject" IS DISTINCT FROM (NEW."subject"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b15fd12a5afb4bcfe101a1fd5f61616ce82730d7', operation='UPDATE', pgid='pgtrigger_frozen_2aaab', table='publicity_noticeitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7a28bcb968d36b6c7f89fa7c65205158a00230e6', operation='DELETE', pgid='pgtrigger_never_deleted_6fafe', table='publicity_noticeitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='list_is_sealed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF EXISTS (\n                        SELECT FROM added JOIN publicity_notice ON publicity_notice.id = added.notice_id\n                        WHERE publicity_notice.sealed\n                    ) THEN RAISE EXCEPTION 'the list of a notice is closed once it opened';\n                    END IF;\n                    RETURN NULL;\n                ", hash='59ddfe3ee72b996fbda5417de6d151711aaa3779', level='STATEMENT', operation='INSERT', pgid='pgtrigger_list_is_sealed_33c5f', referencing='REFERENCING NEW TABLE AS added ', table='publicity_noticeitem', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(db_collation='C', max_length=9, unique=True, verbose_name='tracking number')),
                ('secret', models.BinaryField(max_length=16)),
                ('token', models.BinaryField(max_length=16, unique=True)),
                ('subject', models.CharField(blank=True, db_collation='C', max_length=60)),
                ('kind', models.CharField(choices=[('against', 'against an entry'), ('missing', 'somebody is missing')], max_length=10, verbose_name='kind')),
                ('text', models.TextField(verbose_name='what is objected')),
                ('missing', jingzhun.people.fields.SealedTextField(blank=True, default='', purpose='objection.missing', verbose_name='who is missing')),
                ('name', jingzhun.people.fields.SealedTextField(blank=True, default='', purpose='objection.name', verbose_name="objector's name")),
                ('phone', jingzhun.people.fields.SealedTextField(blank=True, default='', purpose='objection.phone', verbose_name="objector's phone")),
                ('language', models.CharField(default='zh', max_length=2)),
                ('state', models.CharField(choices=[('open', 'being looked into'), ('upheld', 'upheld'), ('dismissed', 'dismissed'), ('appealed', 'appealed')], default='open', max_length=10, verbose_name='state')),
                ('level', models.CharField(choices=[('town', 'town'), ('county', 'county')], max_length=10, verbose_name='decided by')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('due_by_weekdays', models.BooleanField(default=False)),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('appeal_until', models.DateField(blank=True, null=True, verbose_name='appeal until')),
                ('appealed_at', models.DateTimeField(blank=True, null=True, verbose_name='appealed')),
                ('appeal_text', models.TextField(blank=True, verbose_name='why the objector appeals')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='area')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='publicity.noticeitem')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='publicity.notice', verbose_name='notice')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['due_on', 'id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['open', 'appealed'])), fields=['subject'], name='objection_open_subject'), models.Index(fields=['area', 'state', 'due_on'], name='objection_area'), models.Index(fields=['notice', 'state'], name='objection_notice')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', False), ('kind', 'against')), models.Q(('item', None), ('kind', 'missing')), _connector='OR'), name='objection_against_an_entry'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state', 'open')), models.Q(('state', 'open'), _negated=True), _connector='OR'), name='objection_open_is_not_settled')],
                'triggers': [pgtrigger.compiler.Trigger(name='superseded_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_objectionevent" ("appeal_text", "appeal_until", "appealed_at", "area_id", "due_by_weekdays", "due_on", "id", "item_id", "kind", "language", "level", "missing", "name", "notice_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "received_at", "secret", "settled_at", "state", "subject", "text", "token") SELECT old_values."appeal_text", old_values."appeal_until", old_values."appealed_at", old_values."area_id", old_values."due_by_weekdays", old_values."due_on", old_values."id", old_values."item_id", old_values."kind", old_values."language", old_values."level", old_values."missing", old_values."name", old_values."notice_id", old_values."number", _pgh_attached_context.value, NOW(), \'superseded\', old_values."id", old_values."phone", old_values."received_at", old_values."secret", old_values."settled_at", old_values."state", old_values."subject", old_values."text", old_values."token" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='4b6a5043daa3421d0e71ca589fb65f59807f012d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_superseded_update_c32c0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='publicity_objection', when='AFTER')), pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_objectionevent" ("appeal_text", "appeal_until", "appealed_at", "area_id", "due_by_weekdays", "due_on", "id", "item_id", "kind", "language", "level", "missing", "name", "notice_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "received_at", "secret", "settled_at", "state", "subject", "text", "token") SELECT old_values."appeal_text", old_values."appeal_until", old_values."appealed_at", old_values."area_id", old_values."due_by_weekdays", old_values."due_on", old_values."id", old_values."item_id", old_values."kind", old_values."language", old_values."level", old_values."missing", old_values."name", old_values."notice_id", old_values."number", _pgh_attached_context.value, NOW(), \'deleted\', old_values."id", old_values."phone", old_values."received_at", old_values."secret", old_values."settled_at", old_values."state", old_values."subject", old_values."text", old_values."token" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='31d3c120a1c57946bbef84cc8f9cf2f09be70ea7', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_58c82', referencing='REFERENCING OLD TABLE AS old_values ', table='publicity_objection', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='finding')),
                ('role', models.CharField(max_length=30)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='publicity.objection')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ObjectionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.CharField(db_collation='C', max_length=9, verbose_name='tracking number')),
                ('secret', models.BinaryField(max_length=16)),
                ('token', models.BinaryField(max_length=16)),
                ('subject', models.CharField(blank=True, db_collation='C', max_length=60)),
                ('kind', models.CharField(choices=[('against', 'against an entry'), ('missing', 'somebody is missing')], max_length=10, verbose_name='kind')),
                ('text', models.TextField(verbose_name='what is objected')),
                ('missing', jingzhun.people.fields.SealedTextField(blank=True, default='', purpose='objection.missing', verbose_name='who is missing')),
                ('name', jingzhun.people.fields.SealedTextField(blank=True, default='', purpose='objection.name', verbose_name="objector's name")),
                ('phone', jingzhun.people.fields.SealedTextField(blank=True, default='', purpose='objection.phone', verbose_name="objector's phone")),
                ('language', models.CharField(default='zh', max_length=2)),
                ('state', models.CharField(choices=[('open', 'being looked into'), ('upheld', 'upheld'), ('dismissed', 'dismissed'), ('appealed', 'appealed')], default='open', max_length=10, verbose_name='state')),
                ('level', models.CharField(choices=[('town', 'town'), ('county', 'county')], max_length=10, verbose_name='decided by')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('due_by_weekdays', models.BooleanField(default=False)),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('appeal_until', models.DateField(blank=True, null=True, verbose_name='appeal until')),
                ('appealed_at', models.DateTimeField(blank=True, null=True, verbose_name='appealed')),
                ('appeal_text', models.TextField(blank=True, verbose_name='why the objector appeals')),
                ('area', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='areas.area', verbose_name='area')),
                ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='publicity.noticeitem')),
                ('notice', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='publicity.notice', verbose_name='notice')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='publicity.objection')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ObjectionPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ImageField(upload_to='objections/%Y/%m', verbose_name='photo')),
                ('sha256', models.CharField(max_length=64)),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='publicity.objection')),
            ],
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('town', 'town'), ('county', 'county')], max_length=10)),
                ('outcome', models.CharField(choices=[('upheld', 'upheld'), ('dismissed', 'dismissed')], max_length=10, verbose_name='decision')),
                ('reason', models.TextField(verbose_name='reasons, for the file')),
                ('reply', models.TextField(verbose_name='reply to the objector')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='publicity.objection')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('objection', 'level'), name='objection_ruled_once_a_level')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contact',
            trigger=pgtrigger.compiler.Trigger(name='superseded_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_contactevent" ("address", "area_id", "hours", "id", "office", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") SELECT old_values."address", old_values."area_id", old_values."hours", old_values."id", old_values."office", _pgh_attached_context.value, NOW(), \'superseded\', old_values."id", old_values."phone" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d27f88932fe68acbd90ea4a3ca781a7a26ab045c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_superseded_update_5363b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='publicity_contact', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contact',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_contactevent" ("address", "area_id", "hours", "id", "office", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") SELECT old_values."address", old_values."area_id", old_values."hours", old_values."id", old_values."office", _pgh_attached_context.value, NOW(), \'deleted\', old_values."id", old_values."phone" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='1bf06d928ea3f03acb1f7058b4140a7812eb24d8', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_26243', referencing='REFERENCING OLD TABLE AS old_values ', table='publicity_contact', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='notice',
            trigger=pgtrigger.compiler.Trigger(name='announced_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.sealed AND (OLD.number, OLD.kind, OLD.area_id, OLD.title, OLD.round, OLD.place, OLD.opens_on, OLD.closes_on, OLD.items_count, OLD.digest, OLD.sealed) IS DISTINCT FROM (NEW.number, NEW.kind, NEW.area_id, NEW.title, NEW.round, NEW.place, NEW.opens_on, NEW.closes_on, NEW.items_count, NEW.digest, NEW.sealed))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='66b51a8ba9b3c0ffa08e476e5054b5ec4ae691d9', operation='UPDATE', pgid='pgtrigger_announced_stays_7e693', table='publicity_notice', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='notice',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b3f13f2af6f1b2a7d15d96c9abee25e73368ef42', operation='DELETE', pgid='pgtrigger_never_deleted_8bbdf', table='publicity_notice', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticeitem',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."notice_id" IS DISTINCT FROM (NEW."notice_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."shown" IS DISTINCT FROM (NEW."shown") OR OLD."subject" IS DISTINCT FROM (NEW."subject"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b15fd12a5afb4bcfe101a1fd5f61616ce82730d7', operation='UPDATE', pgid='pgtrigger_frozen_2aaab', table='publicity_noticeitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticeitem',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7a28bcb968d36b6c7f89fa7c65205158a00230e6', operation='DELETE', pgid='pgtrigger_never_deleted_6fafe', table='publicity_noticeitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticeitem',
            trigger=pgtrigger.compiler.Trigger(name='list_is_sealed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF EXISTS (\n                        SELECT FROM added JOIN publicity_notice ON publicity_notice.id = added.notice_id\n                        WHERE publicity_notice.sealed\n                    ) THEN RAISE EXCEPTION 'the list of a notice is closed once it opened';\n                    END IF;\n                    RETURN NULL;\n                ", hash='59ddfe3ee72b996fbda5417de6d151711aaa3779', level='STATEMENT', operation='INSERT', pgid='pgtrigger_list_is_sealed_33c5f', referencing='REFERENCING NEW TABLE AS added ', table='publicity_noticeitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objection',
            trigger=pgtrigger.compiler.Trigger(name='superseded_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_objectionevent" ("appeal_text", "appeal_until", "appealed_at", "area_id", "due_by_weekdays", "due_on", "id", "item_id", "kind", "language", "level", "missing", "name", "notice_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "received_at", "secret", "settled_at", "state", "subject", "text", "token") SELECT old_values."appeal_text", old_values."appeal_until", old_values."appealed_at", old_values."area_id", old_values."due_by_weekdays", old_values."due_on", old_values."id", old_values."item_id", old_values."kind", old_values."language", old_values."level", old_values."missing", old_values."name", old_values."notice_id", old_values."number", _pgh_attached_context.value, NOW(), \'superseded\', old_values."id", old_values."phone", old_values."received_at", old_values."secret", old_values."settled_at", old_values."state", old_values."subject", old_values."text", old_values."token" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='4b6a5043daa3421d0e71ca589fb65f59807f012d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_superseded_update_c32c0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='publicity_objection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objection',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "publicity_objectionevent" ("appeal_text", "appeal_until", "appealed_at", "area_id", "due_by_weekdays", "due_on", "id", "item_id", "kind", "language", "level", "missing", "name", "notice_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "received_at", "secret", "settled_at", "state", "subject", "text", "token") SELECT old_values."appeal_text", old_values."appeal_until", old_values."appealed_at", old_values."area_id", old_values."due_by_weekdays", old_values."due_on", old_values."id", old_values."item_id", old_values."kind", old_values."language", old_values."level", old_values."missing", old_values."name", old_values."notice_id", old_values."number", _pgh_attached_context.value, NOW(), \'deleted\', old_values."id", old_values."phone", old_values."received_at", old_values."secret", old_values."settled_at", old_values."state", old_values."subject", old_values."text", old_values."token" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='31d3c120a1c57946bbef84cc8f9cf2f09be70ea7', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_58c82', referencing='REFERENCING OLD TABLE AS old_values ', table='publicity_objection', when='AFTER')),
        ),
    ]
