from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "jingzhun.policy"

    def ready(self) -> None:
        from jingzhun.journal.actions import register_actions
        from jingzhun.people.duties import bring as bring_duties
        from jingzhun.registry import panels
        from jingzhun.registry.signals import household_changed

        from .actions.batch import answer_later
        from .decisions import DECISIONS, RECORDS, VALUES
        from .duties import duties
        from .panel import ENTITLEMENTS

        panels.bring(ENTITLEMENTS)
        household_changed.connect(answer_later, dispatch_uid="policy.answer_later")
        register_actions(DECISIONS, RECORDS, VALUES)
        bring_duties("policy", duties)
