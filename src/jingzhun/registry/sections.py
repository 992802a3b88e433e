"""The survey's fields in the order and groups of the official form; screens, forms and prints share them."""

from django.utils.translation import gettext_lazy as _

from .models.survey import LAND, SPENDING, TRANSFERS

SURVEY_SECTIONS = (
    (_("Visit"), ("visited_on", "surveyor_1", "surveyor_2", "members_counted")),
    (_("Income"), ("income_wage", "income_production", "income_property", *TRANSFERS, "expense_production",
                   "stated_per_capita")),
    (_("Spending"), SPENDING),
    (_("Land"), LAND),
    (_("Living conditions"), ("tap_water", "water_difficulty", "safe_water", "domestic_power", "production_power",
                              "broadcast", "road_type", "road_km", "fuel", "sanitary_toilet", "cooperative",
                              "enterprise_led")),
    (_("Housing"), ("house_area", "house_structure", "house_year", "house_grade", "dangerous_house")),
    (_("Assets"), ("car", "tractor", "commercial_property", "business")),
    (_("Relocation"), ("will_relocate", "relocation_mode", "relocation_place", "relocation_difficulty")),
)  # fmt: skip
COMPUTED_INCOMES = ("total_income", "net_income", "per_capita")
MEMBER_SECTIONS = (
    (_("Person"), ("name", "id_number", "sex", "birth_date", "relation", "ethnicity", "politics", "phone")),
    (_("Schooling"), ("education", "student", "dropout_reason")),
    (_("Health and work"), ("health", "labour", "work_place", "work_months")),
    (_("Insurance and allowance"), ("medical_insurance", "serious_illness_insurance", "pension_insurance",
                                    "allowance")),
)  # fmt: skip
HOUSEHOLD_SECTIONS = (
    (_("Address and contact"), ("address", "phone", "bank", "account")),
    (_("Recognition"), ("recognised_by", "attribute", "family_planning", "martyr_family")),
    (_("Causes of poverty"), ("cause_main", "causes_other")),
)
