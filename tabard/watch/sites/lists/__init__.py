"""Lists of sites that others keep, read into definitions of ours; row by row what was taken, or why not.

No such list comes with Tabard. Whoever loads one answers for its licence, which is kept with every site.
"""
