"""Ages as birth dates, so that a whole register can be cut by age without computing one."""

from datetime import date


def born_by(day: date, years: int) -> date:
    """The latest birth date of whoever is at least so many full years old on a day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
