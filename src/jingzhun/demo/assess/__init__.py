"""The supervision of the county in 2014 and 2015, played through the actions of assessment."""
