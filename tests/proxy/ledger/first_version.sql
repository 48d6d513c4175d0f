-- A ledger as the first version wrote it. Never edited: migrations must read it for ever.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE dimension (
	number INTEGER NOT NULL, 
	department TEXT NOT NULL, 
	application TEXT NOT NULL, 
	faces TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	tool TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	sanction TEXT NOT NULL, 
	operation TEXT NOT NULL, 
	model TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	status TEXT NOT NULL, 
	input_source TEXT NOT NULL, 
	output_source TEXT NOT NULL, 
	context_class TEXT NOT NULL, 
	parse_status TEXT NOT NULL, 
	words TEXT NOT NULL, 
	CONSTRAINT pk_dimension PRIMARY KEY (number), 
	CONSTRAINT uq_dimension UNIQUE (department, application, faces, channel, tool, provider, sanction, operation, model, zone, status, input_source, output_source, context_class, parse_status, words)
);
INSERT INTO "dimension" VALUES(1,'etat-civil','assistant','resident','api','albert-api','dinum','sanctioned','chat','mistral-small','SWE','ok','reported','reported','1k-4k','ok','sent');
CREATE TABLE exchange (
	id BLOB NOT NULL, 
	counted_at DOUBLE NOT NULL, 
	stated_at DOUBLE, 
	dimension INTEGER NOT NULL, 
	duration_s DOUBLE NOT NULL, 
	time_to_first_byte_s DOUBLE, 
	edge TEXT NOT NULL, 
	wire_format TEXT NOT NULL, 
	model_asked TEXT, 
	model_answered TEXT, 
	streamed BOOLEAN NOT NULL, 
	http_status INTEGER, 
	error_type TEXT, 
	input_tokens BIGINT, 
	output_tokens BIGINT, 
	reasoning_tokens BIGINT, 
	cache_read_tokens BIGINT, 
	cache_write_tokens BIGINT, 
	images BIGINT, 
	audio_s DOUBLE, 
	prompt_chars BIGINT NOT NULL, 
	answer_chars BIGINT NOT NULL, 
	reasoning_chars BIGINT NOT NULL, 
	prompt_language TEXT NOT NULL, 
	answer_language TEXT NOT NULL, 
	request_bytes BIGINT NOT NULL, 
	response_bytes BIGINT NOT NULL, 
	region TEXT, 
	energy_min_kwh DOUBLE, 
	energy_max_kwh DOUBLE, 
	ghg_min_kgco2e DOUBLE, 
	ghg_max_kgco2e DOUBLE, 
	reference TEXT, 
	CONSTRAINT pk_exchange PRIMARY KEY (id), 
	CONSTRAINT fk_exchange_dimension FOREIGN KEY(dimension) REFERENCES dimension (number)
)
 WITHOUT ROWID

;
INSERT INTO "exchange" VALUES(X'019A9F00000070008000000000000001',1795434600.0,NULL,1,2.5,0.25,'edge-1','openai-chat','openweight-medium','mistral-small-3.2',1,200,NULL,1200,300,NULL,NULL,NULL,NULL,NULL,4800,1200,0,'fr','fr',5200,9000,'FR',0.0001,0.0004,1.0e-05,2.0e-05,'dossier-1');
CREATE TABLE finding (
	exchange BLOB NOT NULL, 
	basis INTEGER NOT NULL, 
	scores TEXT, 
	flags TEXT, 
	windows_scored BIGINT NOT NULL, 
	windows BIGINT NOT NULL, 
	CONSTRAINT pk_finding PRIMARY KEY (exchange, basis), 
	CONSTRAINT fk_finding_exchange FOREIGN KEY(exchange) REFERENCES exchange (id) ON DELETE CASCADE, 
	CONSTRAINT fk_finding_basis FOREIGN KEY(basis) REFERENCES finding_basis (number)
)
 WITHOUT ROWID

;
INSERT INTO "finding" VALUES(X'019A9F00000070008000000000000001',1,'{"toxicity":0.93,"insult":0.2}','["toxicity"]',3,4);
CREATE TABLE finding_basis (
	number INTEGER NOT NULL, 
	classifier TEXT NOT NULL, 
	version TEXT NOT NULL, 
	threshold_set TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	status TEXT NOT NULL, 
	language TEXT NOT NULL, 
	CONSTRAINT pk_finding_basis PRIMARY KEY (number), 
	CONSTRAINT uq_finding_basis UNIQUE (classifier, version, threshold_set, subject, status, language)
);
INSERT INTO "finding_basis" VALUES(1,'embedded','1','t1','answer','scored','fr');
CREATE TABLE finding_hour (
	hour BIGINT NOT NULL, 
	dimension INTEGER NOT NULL, 
	basis INTEGER NOT NULL, 
	requests BIGINT NOT NULL, 
	flagged_requests BIGINT NOT NULL, 
	windows_scored BIGINT NOT NULL, 
	windows BIGINT NOT NULL, 
	CONSTRAINT pk_finding_hour PRIMARY KEY (hour, dimension, basis), 
	CONSTRAINT fk_finding_hour_dimension FOREIGN KEY(dimension) REFERENCES dimension (number), 
	CONSTRAINT fk_finding_hour_basis FOREIGN KEY(basis) REFERENCES finding_basis (number)
)
 WITHOUT ROWID

;
INSERT INTO "finding_hour" VALUES(1795431600,1,1,1,1,3,4);
CREATE TABLE flag_hour (
	hour BIGINT NOT NULL, 
	dimension INTEGER NOT NULL, 
	basis INTEGER NOT NULL, 
	flag TEXT NOT NULL, 
	requests BIGINT NOT NULL, 
	CONSTRAINT pk_flag_hour PRIMARY KEY (hour, dimension, basis, flag), 
	CONSTRAINT fk_flag_hour_dimension FOREIGN KEY(dimension) REFERENCES dimension (number), 
	CONSTRAINT fk_flag_hour_basis FOREIGN KEY(basis) REFERENCES finding_basis (number)
)
 WITHOUT ROWID

;
INSERT INTO "flag_hour" VALUES(1795431600,1,1,'toxicity',1);
CREATE TABLE gap (
	hour BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	tool TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	CONSTRAINT pk_gap PRIMARY KEY (hour, kind, tool)
)
 WITHOUT ROWID

;
INSERT INTO "gap" VALUES(1795431600,'damaged','albert-api',2);
CREATE TABLE hour_sum (
	hour BIGINT NOT NULL, 
	dimension INTEGER NOT NULL, 
	requests BIGINT NOT NULL, 
	input_tokens BIGINT NOT NULL, 
	output_tokens BIGINT NOT NULL, 
	reasoning_tokens BIGINT NOT NULL, 
	cache_read_tokens BIGINT NOT NULL, 
	cache_write_tokens BIGINT NOT NULL, 
	images BIGINT NOT NULL, 
	prompt_chars BIGINT NOT NULL, 
	answer_chars BIGINT NOT NULL, 
	reasoning_chars BIGINT NOT NULL, 
	request_bytes BIGINT NOT NULL, 
	response_bytes BIGINT NOT NULL, 
	audio_s DOUBLE NOT NULL, 
	duration_s DOUBLE NOT NULL, 
	first_byte_requests BIGINT NOT NULL, 
	first_byte_s DOUBLE NOT NULL, 
	reported_energy_requests BIGINT NOT NULL, 
	reported_energy_min_kwh DOUBLE NOT NULL, 
	reported_energy_max_kwh DOUBLE NOT NULL, 
	reported_ghg_requests BIGINT NOT NULL, 
	reported_ghg_min_kgco2e DOUBLE NOT NULL, 
	reported_ghg_max_kgco2e DOUBLE NOT NULL, 
	CONSTRAINT pk_hour_sum PRIMARY KEY (hour, dimension), 
	CONSTRAINT fk_hour_sum_dimension FOREIGN KEY(dimension) REFERENCES dimension (number)
)
 WITHOUT ROWID

;
INSERT INTO "hour_sum" VALUES(1795431600,1,1,1200,300,0,0,0,0,4800,1200,0,5200,9000,0.0,2.5,1,0.25,1,0.0001,0.0004,1,1.0e-05,2.0e-05);
CREATE TABLE impact (
	exchange BLOB NOT NULL, 
	basis INTEGER NOT NULL, 
	energy_low_wh DOUBLE NOT NULL, 
	energy_central_wh DOUBLE NOT NULL, 
	energy_high_wh DOUBLE NOT NULL, 
	water_onsite_low_ml DOUBLE NOT NULL, 
	water_onsite_central_ml DOUBLE NOT NULL, 
	water_onsite_high_ml DOUBLE NOT NULL, 
	water_electricity_low_ml DOUBLE NOT NULL, 
	water_electricity_central_ml DOUBLE NOT NULL, 
	water_electricity_high_ml DOUBLE NOT NULL, 
	ghg_use_low_gco2e DOUBLE NOT NULL, 
	ghg_use_central_gco2e DOUBLE NOT NULL, 
	ghg_use_high_gco2e DOUBLE NOT NULL, 
	ghg_hardware_low_gco2e DOUBLE NOT NULL, 
	ghg_hardware_central_gco2e DOUBLE NOT NULL, 
	ghg_hardware_high_gco2e DOUBLE NOT NULL, 
	adpe_low_kgsb DOUBLE NOT NULL, 
	adpe_central_kgsb DOUBLE NOT NULL, 
	adpe_high_kgsb DOUBLE NOT NULL, 
	primary_energy_low_mj DOUBLE NOT NULL, 
	primary_energy_central_mj DOUBLE NOT NULL, 
	primary_energy_high_mj DOUBLE NOT NULL, 
	CONSTRAINT pk_impact PRIMARY KEY (exchange, basis), 
	CONSTRAINT fk_impact_exchange FOREIGN KEY(exchange) REFERENCES exchange (id) ON DELETE CASCADE, 
	CONSTRAINT fk_impact_basis FOREIGN KEY(basis) REFERENCES impact_basis (number)
)
 WITHOUT ROWID

;
INSERT INTO "impact" VALUES(X'019A9F00000070008000000000000001',1,0.1,0.5,2.7,1.1,1.5,3.7,2.1,2.5,4.7,3.1,3.5,5.7,4.1,4.5,6.7,5.1,5.5,7.7,6.1,6.5,8.7);
CREATE TABLE impact_basis (
	number INTEGER NOT NULL, 
	factor_set TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	tier INTEGER NOT NULL, 
	quality TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	CONSTRAINT pk_impact_basis PRIMARY KEY (number), 
	CONSTRAINT uq_impact_basis UNIQUE (factor_set, origin, tier, quality, zone)
);
INSERT INTO "impact_basis" VALUES(1,'2026.11-f00d','live',2,'B','SWE');
CREATE TABLE impact_hour (
	hour BIGINT NOT NULL, 
	dimension INTEGER NOT NULL, 
	basis INTEGER NOT NULL, 
	requests BIGINT NOT NULL, 
	energy_low_wh DOUBLE NOT NULL, 
	energy_central_wh DOUBLE NOT NULL, 
	energy_high_wh DOUBLE NOT NULL, 
	water_onsite_low_ml DOUBLE NOT NULL, 
	water_onsite_central_ml DOUBLE NOT NULL, 
	water_onsite_high_ml DOUBLE NOT NULL, 
	water_electricity_low_ml DOUBLE NOT NULL, 
	water_electricity_central_ml DOUBLE NOT NULL, 
	water_electricity_high_ml DOUBLE NOT NULL, 
	ghg_use_low_gco2e DOUBLE NOT NULL, 
	ghg_use_central_gco2e DOUBLE NOT NULL, 
	ghg_use_high_gco2e DOUBLE NOT NULL, 
	ghg_hardware_low_gco2e DOUBLE NOT NULL, 
	ghg_hardware_central_gco2e DOUBLE NOT NULL, 
	ghg_hardware_high_gco2e DOUBLE NOT NULL, 
	adpe_low_kgsb DOUBLE NOT NULL, 
	adpe_central_kgsb DOUBLE NOT NULL, 
	adpe_high_kgsb DOUBLE NOT NULL, 
	primary_energy_low_mj DOUBLE NOT NULL, 
	primary_energy_central_mj DOUBLE NOT NULL, 
	primary_energy_high_mj DOUBLE NOT NULL, 
	CONSTRAINT pk_impact_hour PRIMARY KEY (hour, dimension, basis), 
	CONSTRAINT fk_impact_hour_dimension FOREIGN KEY(dimension) REFERENCES dimension (number), 
	CONSTRAINT fk_impact_hour_basis FOREIGN KEY(basis) REFERENCES impact_basis (number)
)
 WITHOUT ROWID

;
INSERT INTO "impact_hour" VALUES(1795431600,1,1,1,0.1,0.5,2.7,1.1,1.5,3.7,2.1,2.5,4.7,3.1,3.5,5.7,4.1,4.5,6.7,5.1,5.5,7.7,6.1,6.5,8.7);
CREATE TABLE inbox_position (
	name TEXT NOT NULL, 
	position BIGINT NOT NULL, 
	CONSTRAINT pk_inbox_position PRIMARY KEY (name)
);
INSERT INTO "inbox_position" VALUES('edge-1/w1-0001',512);
CREATE TABLE purge (
	number INTEGER NOT NULL, 
	at DOUBLE NOT NULL, 
	cutoff DOUBLE NOT NULL, 
	keep_months INTEGER NOT NULL, 
	rows BIGINT NOT NULL, 
	CONSTRAINT pk_purge PRIMARY KEY (number)
);
INSERT INTO "purge" VALUES(1,1795434300.0,1785435200.0,6,3);
CREATE INDEX ix_exchange_counted_at ON exchange (counted_at);
COMMIT;
