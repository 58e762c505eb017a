-- What a merger did, so that the same merger sent again is answered the same. Null where a unit was
-- merged before this was kept.
ALTER TABLE units ADD COLUMN merge_moved INTEGER;
ALTER TABLE units ADD COLUMN merge_cancelled INTEGER;
ALTER TABLE units ADD COLUMN merge_people INTEGER;
