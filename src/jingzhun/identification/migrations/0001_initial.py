import django.contrib.postgres.fields
import django.db.models.deletion
import jingzhun.people.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('areas', '0002_point_is_whole'),
        ('people', '__first__'),
        ('procedure', '0001_initial'),
        ('registry', '0006_village_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='CrossList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('vehicle', 'vehicles'), ('property', 'property'), ('business', 'business registration'), ('payroll', 'public payroll')], max_length=10, verbose_name='kind')),
                ('source', models.CharField(max_length=100, verbose_name='department')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('rows', models.PositiveIntegerField(verbose_name='rows')),
                ('imported_at', models.DateTimeField(verbose_name='imported at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='county')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'list for cross-checks',
                'verbose_name_plural': 'lists for cross-checks',
                'ordering': ['-imported_at'],
            },
        ),
        migrations.CreateModel(
            name='CrossRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='row')),
                ('id_index', models.BinaryField(max_length=16)),
                ('detail', models.CharField(blank=True, max_length=200, verbose_name='what it says')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='identification.crosslist')),
            ],
            options={
                'ordering': ['list', 'row'],
                'indexes': [models.Index(fields=['id_index'], name='cross_record_id')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('kind', models.CharField(choices=[('initial', 'first identification'), ('dynamic', 'dynamic adjustment')], max_length=10, verbose_name='kind')),
                ('opens_on', models.DateField(verbose_name='applications from')),
                ('closes_on', models.DateField(verbose_name='applications until')),
                ('quota_households', models.PositiveIntegerField(blank=True, null=True, verbose_name="the county's quota of households")),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='document')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='county')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'round',
                'verbose_name_plural': 'rounds',
                'ordering': ['-year', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('area', 'year', 'kind'), name='round_once'), models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='round_window_in_order'), models.CheckConstraint(condition=models.Q(('year__range', (2013, 2100))), name='round_year_is_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'newly poor'), ('relapse', 'relapse')], max_length=10, verbose_name='kind')),
                ('filed_by', models.CharField(choices=[('household', 'the household itself'), ('clerk', 'taken down by the village'), ('on_behalf', 'on behalf of a household that cannot')], max_length=10, verbose_name='filed by')),
                ('filed_on', models.DateField(verbose_name='filed on')),
                ('persons', models.PositiveSmallIntegerField(verbose_name='members')),
                ('reason', models.TextField(blank=True, verbose_name='why the household applies')),
                ('on_behalf_why', models.CharField(blank=True, max_length=200, verbose_name='why on behalf')),
                ('contact', jingzhun.people.fields.SealedTextField(blank=True, default='', purpose='application.contact', verbose_name='phone')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='application', to='procedure.case')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='registry.household', verbose_name='household')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='identification.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'ordering': ['household'],
                'indexes': [models.Index(fields=['round', 'household'], name='application_round')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('filed_by', 'on_behalf'), _negated=True), models.Q(('on_behalf_why', ''), _negated=True), _connector='OR'), name='on_behalf_says_why'), models.CheckConstraint(condition=models.Q(('persons__gte', 1)), name='application_of_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('red_line', models.CharField(max_length=30, verbose_name='red line')),
                ('severity', models.CharField(max_length=10, verbose_name='severity')),
                ('origin', models.CharField(choices=[('cross_check', 'cross-check'), ('visit', 'home visit'), ('meeting', 'village evaluation'), ('objection', 'objection')], max_length=12, verbose_name='raised by')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='what it is about')),
                ('state', models.CharField(choices=[('open', 'to be decided'), ('confirmed', 'confirmed'), ('lifted', 'lifted')], default='open', max_length=10, verbose_name='state')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('raised_at', models.DateTimeField(verbose_name='raised at')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='identification.application')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='identification.crossrecord')),
            ],
            options={
                'verbose_name': 'red-line flag',
                'verbose_name_plural': 'red-line flags',
                'ordering': ['raised_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('record__isnull', False)), fields=('application', 'red_line', 'record'), name='flag_once'), models.CheckConstraint(condition=models.Q(('state', 'open'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='flag_decided_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField(verbose_name='held on')),
                ('place', models.CharField(blank=True, max_length=100, verbose_name='place')),
                ('entitled', models.PositiveSmallIntegerField(verbose_name='representatives entitled')),
                ('present', models.PositiveSmallIntegerField(verbose_name='representatives present')),
                ('chair', models.CharField(max_length=60, verbose_name='chair')),
                ('recorder', models.CharField(max_length=60, verbose_name='recorder')),
                ('minutes', models.TextField(blank=True, verbose_name='minutes')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='minutes signed at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='village')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='identification.round')),
            ],
            options={
                'verbose_name': 'village evaluation meeting',
                'verbose_name_plural': 'village evaluation meetings',
                'ordering': ['-held_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('entitled__gte', 1), ('present__lte', models.F('entitled'))), name='meeting_present_are_entitled')],
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('in_favour', models.PositiveSmallIntegerField(verbose_name='in favour')),
                ('against', models.PositiveSmallIntegerField(verbose_name='against')),
                ('abstained', models.PositiveSmallIntegerField(verbose_name='abstained')),
                ('recused', models.PositiveSmallIntegerField(default=0, verbose_name='relatives, not voting')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='remark')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='identification.application')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='identification.meeting')),
            ],
            options={
                'ordering': ['meeting', 'id'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'application'), name='one_vote_per_meeting')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('town', 'town audit'), ('county', 'county review')], max_length=10, verbose_name='level')),
                ('agrees', models.BooleanField(verbose_name='agrees')),
                ('opinion', models.TextField(verbose_name='opinion')),
                ('visited', models.BooleanField(default=False, verbose_name='visited again')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='identification.application')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'ordering': ['-recorded_at', '-id'],
                'indexes': [models.Index(fields=['application', 'level', '-recorded_at'], name='review_of_application')],
                'constraints': [models.CheckConstraint(condition=models.Q(('opinion', ''), _negated=True), name='review_says_what_it_found')],
            },
        ),
        migrations.CreateModel(
            name='Quota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('households', models.PositiveIntegerField(verbose_name='households')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='village')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quotas', to='identification.round')),
            ],
            options={
                'ordering': ['area'],
                'constraints': [models.UniqueConstraint(fields=('round', 'area'), name='quota_once')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('survey', 'home visit'), ('revisit', 'visit again by the town'), ('spot_check', 'spot check by the county')], default='survey', max_length=10, verbose_name='purpose')),
                ('visited_on', models.DateField(verbose_name='visited on')),
                ('surveyor_1', models.CharField(max_length=60, verbose_name='surveyor')),
                ('surveyor_2', models.CharField(blank=True, max_length=60, verbose_name='second surveyor')),
                ('met', models.CharField(blank=True, max_length=60, verbose_name='who was met')),
                ('opinion', models.CharField(choices=[('poor', 'poor by the standard'), ('not_poor', 'not poor by the standard'), ('unclear', 'to be looked at again')], max_length=10, verbose_name='opinion')),
                ('per_capita', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='per-capita net income found')),
                ('cause_main', models.CharField(blank=True, max_length=20, verbose_name='main cause')),
                ('causes_other', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='other causes')),
                ('findings', models.TextField(blank=True, verbose_name='what was found')),
                ('latitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name='latitude')),
                ('longitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name='longitude')),
                ('signed', models.BooleanField(default=False, verbose_name='signed by the household')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='identification.application')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'home visit',
                'verbose_name_plural': 'home visits',
                'ordering': ['-recorded_at', '-id'],
                'indexes': [models.Index(fields=['application', 'purpose', '-recorded_at'], name='visit_of_application')],
                'constraints': [models.CheckConstraint(condition=models.Q(('causes_other__len__lte', 2), ('causes_other__len', None), _connector='OR'), name='visit_at_most_two_other_causes'), models.CheckConstraint(condition=models.Q(models.Q(('causes_other__contains', [models.F('cause_main')]), _negated=True), ('cause_main', ''), _connector='OR'), name='visit_main_cause_not_repeated'), models.CheckConstraint(condition=models.Q(('surveyor_1', models.F('surveyor_2')), _negated=True), name='visit_by_two_different_persons')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area_code', models.CharField(db_collation='C', max_length=15)),
                ('kind', models.CharField(choices=[('photo', 'photo'), ('signature', 'signature'), ('minutes', 'signed minutes'), ('sign_in', 'sign-in sheet')], max_length=10, verbose_name='kind')),
                ('file', models.ImageField(upload_to='identification/%Y/%m', verbose_name='picture')),
                ('sha256', models.CharField(max_length=64)),
                ('taken_on', models.DateField(verbose_name='taken on')),
                ('added_at', models.DateTimeField(verbose_name='added at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='identification.meeting')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='identification.visit')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('meeting__isnull', False), ('visit', None)), models.Q(('meeting', None), ('visit__isnull', False)), _connector='OR'), name='attachment_belongs_to_one_thing')],
            },
        ),
    ]
