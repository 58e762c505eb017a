ALTER TABLE units DROP COLUMN merge_people;
ALTER TABLE units DROP COLUMN merge_cancelled;
ALTER TABLE units DROP COLUMN merge_moved;
