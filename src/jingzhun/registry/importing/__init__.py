"""How a workbook becomes part of the register.

    read      rows go through the parsers, by blocks (`understanding`, in processes of their own: `helpers`), and are
              put together to households in staging tables of the import (`reading`, `staging`)
    analyse   set operations match the rows with the register, judge them, and say what would change (`analysis`)
    apply     the accepted rows go into the register in one transaction (`applying`)

Staging tables lie in the schema `staging`, are unlogged, and belong to one import: `i<import>_household` ... as read,
`i<import>_e_household` ... as the register would be afterwards (same columns and types as the live tables, so that
the quality checks run on them).
"""
