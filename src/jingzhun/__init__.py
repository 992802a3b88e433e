"""Jingzhun (精准): the information system of targeted poverty alleviation."""
