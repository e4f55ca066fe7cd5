from django.db import migrations


def forget(apps, schema_editor):
    """Prints hash words in another way now: those of before would be like no other.

    They are made anew from the stored texts when something is imported into their collection.
    """
    apps.get_model("analysis", "Fingerprint").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("analysis", "0010_watch_item_urls")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
