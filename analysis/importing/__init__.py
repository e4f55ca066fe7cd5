"""Many documents at once: a ZIP of files or lines of JSON into a collection.

`begin` makes the row, `claims` who works at it, `work` the loop; `records` and `archives` read,
`prints` and `shelf` recognise what is there already, `batches` writes.
"""
