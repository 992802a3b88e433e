"""How often somebody tried: counted across all processes, forgotten after a day."""

from django.db import models


class Attempt(models.Model):
    """Number of attempts of one kind in one window of time. `who` is a keyed digest, never an address itself."""

    kind = models.CharField(max_length=20)
    who = models.BinaryField(max_length=16)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "who", "window"], name="attempt_window")]
        indexes = [models.Index(fields=["window"], name="attempt_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.window:%H:%M} {self.count}"
