DROP TABLE report_places;
DROP TABLE carry_overs;
ALTER TABLE assignments DROP COLUMN carried_times;
