"""Tables of settings and localisation; ``shapes`` says how they are written."""

from __future__ import annotations

SYSTEM = {
    "setting": """
        setting_id id
        store_id INT =0
        code VARCHAR(128)
        key VARCHAR(128)
        value TEXT <4.1.0.4
        value MEDIUMTEXT >=4.1.0.4
        serialized TINYINT(1) =0
        ! setting_id
    """,
    "extension": """
        extension_id id
        extension VARCHAR(255) >=4.0
        type VARCHAR(32)
        code VARCHAR(32) <4.0
        code VARCHAR(128) >=4.0
        ! extension_id
    """,
    "event": """
        event_id id
        code VARCHAR(64) <4.0
        code VARCHAR(128) >=4.0
        description TEXT >=4.0
        trigger TEXT
        action TEXT
        status TINYINT(1) =0
        sort_order INT =0
        ! event_id
    """,
    "store": """
        store_id id
        name VARCHAR(64)
        url VARCHAR(255)
        ssl VARCHAR(255) <4.0
        ! store_id
    """,
    "language": """
        language_id id
        name VARCHAR(32)
        code VARCHAR(5)
        locale VARCHAR(255)
        image VARCHAR(64) <4.0
        directory VARCHAR(32) <4.0
        extension VARCHAR(255) >=4.0
        sort_order INT =0
        status TINYINT(1) =0
        ! language_id
        + name
    """,
    "currency": """
        currency_id id
        title VARCHAR(32)
        code VARCHAR(3)
        symbol_left VARCHAR(12)
        symbol_right VARCHAR(12)
        decimal_place CHAR(1) <4.0.2
        decimal_place INT >=4.0.2
        value DOUBLE(15,8)
        status TINYINT(1) =0
        date_modified DATETIME
        ! currency_id
    """,
    "stock_status": """
        stock_status_id INT
        language_id INT
        name VARCHAR(32)
        ! stock_status_id language_id
    """,
    "weight_class": """
        weight_class_id id
        value DECIMAL(15,8) =0
        ! weight_class_id
    """,
    "weight_class_description": """
        weight_class_id INT
        language_id INT
        title VARCHAR(32)
        unit VARCHAR(4)
        ! weight_class_id language_id
    """,
    "length_class": """
        length_class_id id
        value DECIMAL(15,8) =0
        ! length_class_id
    """,
    "length_class_description": """
        length_class_id INT
        language_id INT
        title VARCHAR(32)
        unit VARCHAR(4)
        ! length_class_id language_id
    """,
    "country": """
        country_id id
        name VARCHAR(128) <4.1.0.1
        iso_code_2 VARCHAR(2)
        iso_code_3 VARCHAR(3)
        address_format TEXT <4.0
        address_format_id INT >=4.0 =0
        postcode_required TINYINT(1) =0
        status TINYINT(1) =1
        ! country_id
    """,
    "country_description": """
        country_id INT >=4.1.0.1
        language_id INT >=4.1.0.1
        name VARCHAR(255) >=4.1.0.1
        ! country_id language_id
    """,
    "zone": """
        zone_id id
        country_id INT
        name VARCHAR(128) <4.1.0.1
        code VARCHAR(32)
        status TINYINT(1) =1
        ! zone_id
    """,
    "zone_description": """
        zone_id INT >=4.1.0.1
        language_id INT >=4.1.0.1
        name VARCHAR(255) >=4.1.0.1
        ! zone_id language_id
    """,
    "address_format": """
        address_format_id id >=4.0
        name VARCHAR(128) >=4.0
        address_format TEXT >=4.0
        ! address_format_id
    """,
    "geo_zone": """
        geo_zone_id id
        name VARCHAR(32)
        description VARCHAR(255)
        date_added DATETIME <4.1
        date_modified DATETIME <4.1
        ! geo_zone_id
    """,
    "zone_to_geo_zone": """
        zone_to_geo_zone_id id
        country_id INT
        zone_id INT =0
        geo_zone_id INT
        date_added DATETIME <4.1
        date_modified DATETIME <4.1
        ! zone_to_geo_zone_id
    """,
    "tax_class": """
        tax_class_id id
        title VARCHAR(32)
        description VARCHAR(255)
        date_added DATETIME <4.1
        date_modified DATETIME <4.1
        ! tax_class_id
    """,
    "tax_rate": """
        tax_rate_id id
        geo_zone_id INT =0
        name VARCHAR(32)
        rate DECIMAL(15,4) =0
        type CHAR(1)
        date_added DATETIME <4.1
        date_modified DATETIME <4.1
        ! tax_rate_id
    """,
    "tax_rate_to_customer_group": """
        tax_rate_id INT
        customer_group_id INT
        ! tax_rate_id customer_group_id
    """,
    "tax_rule": """
        tax_rule_id id
        tax_class_id INT
        tax_rate_id INT
        based VARCHAR(10)
        priority INT =1
        ! tax_rule_id
    """,
}
