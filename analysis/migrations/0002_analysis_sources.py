from django.db import migrations, models


def fill(apps, schema_editor):
    """What finished runs have read, from what their collection stage left."""
    Source = apps.get_model("analysis", "Source")
    StageOutput = apps.get_model("analysis", "StageOutput")
    for row in StageOutput.objects.filter(stage="data-collection").iterator():
        ids = [source["id"] for source in row.output["sources"]]
        row.analysis.sources.add(*Source.objects.filter(pk__in=ids))


class Migration(migrations.Migration):

    dependencies = [
        ('analysis', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='analysis',
            name='sources',
            field=models.ManyToManyField(blank=True, related_name='analyses', to='analysis.source'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
