"""Tables of the catalogue; ``shapes`` says how they are written."""

from __future__ import annotations

CATALOGUE = {
    "product": """
        product_id id
        master_id INT =0 >=4.0
        model VARCHAR(64)
        sku VARCHAR(64) <4.1.0.4
        upc VARCHAR(12) <4.1.0.4
        ean VARCHAR(14) <4.1.0.4
        jan VARCHAR(13) <4.1.0.4
        isbn VARCHAR(17) <4.1.0.4
        mpn VARCHAR(64) <4.1.0.4
        location VARCHAR(128)
        variant TEXT >=4.0
        override TEXT >=4.0
        quantity INT =0
        stock_status_id INT =0
        image VARCHAR(255)
        manufacturer_id INT =0
        shipping TINYINT(1) =1
        price DECIMAL(15,4) =0
        points INT =0
        tax_class_id INT =0
        date_available DATE
        weight DECIMAL(15,8) =0
        weight_class_id INT =0
        length DECIMAL(15,8) =0
        width DECIMAL(15,8) =0
        height DECIMAL(15,8) =0
        length_class_id INT =0
        subtract TINYINT(1) =1
        minimum INT =1
        rating INT >=4.0.2 =0
        sort_order INT =0
        status TINYINT(1) =0
        viewed INT <4.0 =0
        date_added DATETIME
        date_modified DATETIME
        ! product_id
    """,
    "product_description": """
        product_id INT
        language_id INT
        name VARCHAR(255)
        description TEXT <4.1.0.4
        description MEDIUMTEXT >=4.1.0.4
        tag TEXT
        meta_title VARCHAR(255)
        meta_description VARCHAR(255)
        meta_keyword VARCHAR(255)
        ! product_id language_id
        + name*
    """,
    "product_code": """
        product_code_id id >=4.1.0.1
        product_id INT >=4.1.0.1
        code VARCHAR(48) >=4.1.0.1
        value VARCHAR(255) >=4.1.0.1
        ! product_code_id
        + code >=4.1.0.1
        + product_id >=4.1.0.1
    """,
    "identifier": """
        identifier_id id >=4.1.0.1
        name VARCHAR(64) >=4.1.0.1
        code VARCHAR(48) >=4.1.0.1
        validation VARCHAR(255) >=4.1.0.1
        status TINYINT(1) >=4.1.0.1 =0
        ! identifier_id
    """,
    "product_attribute": """
        product_id INT
        attribute_id INT
        language_id INT
        text TEXT
        ! product_id attribute_id language_id
    """,
    "product_discount": """
        product_discount_id id
        product_id INT
        customer_group_id INT
        quantity INT =0
        priority INT =1
        price DECIMAL(15,4) =0
        type CHAR(1) >=4.1
        special TINYINT(1) >=4.1 =0
        date_start DATE
        date_end DATE
        ! product_discount_id
        + product_id
    """,
    "product_special": """
        product_special_id id <4.1
        product_id INT <4.1
        customer_group_id INT <4.1
        priority INT <4.1 =1
        price DECIMAL(15,4) <4.1 =0
        date_start DATE <4.1
        date_end DATE <4.1
        ! product_special_id
        + product_id <4.1
    """,
    "product_image": """
        product_image_id id
        product_id INT
        image VARCHAR(255)
        sort_order INT =0
        ! product_image_id
        + product_id
    """,
    "product_option": """
        product_option_id id
        product_id INT
        option_id INT
        value TEXT
        required TINYINT(1) =0
        ! product_option_id
    """,
    "product_option_value": """
        product_option_value_id id
        product_option_id INT
        product_id INT
        option_id INT
        option_value_id INT
        quantity INT =0
        subtract TINYINT(1) =0
        price DECIMAL(15,4) =0
        price_prefix VARCHAR(1)
        points INT =0
        points_prefix VARCHAR(1)
        weight DECIMAL(15,8) =0
        weight_prefix VARCHAR(1)
        ! product_option_value_id
    """,
    "product_related": """
        product_id INT
        related_id INT
        ! product_id related_id
    """,
    "product_to_category": """
        product_id INT
        category_id INT
        ! product_id category_id
        + category_id
    """,
    "product_to_store": """
        product_id INT
        store_id INT =0
        ! product_id store_id
    """,
    "product_to_layout": """
        product_id INT
        store_id INT =0
        layout_id INT =0
        ! product_id store_id
    """,
    "product_filter": """
        product_id INT
        filter_id INT
        ! product_id filter_id
    """,
    "category": """
        category_id id
        image VARCHAR(255)
        parent_id INT =0
        top TINYINT(1) <4.1 =0
        column INT <4.1.0.1 =1
        sort_order INT =0
        status TINYINT(1) =0
        date_added DATETIME <4.1.0.1
        date_modified DATETIME <4.1.0.1
        ! category_id
        + parent_id
    """,
    "category_description": """
        category_id INT
        language_id INT
        name VARCHAR(255)
        description TEXT <4.1.0.4
        description MEDIUMTEXT >=4.1.0.4
        meta_title VARCHAR(255)
        meta_description VARCHAR(255)
        meta_keyword VARCHAR(255)
        ! category_id language_id
        + name*
    """,
    "category_path": """
        category_id INT
        path_id INT
        level INT
        ! category_id path_id
    """,
    "category_to_store": """
        category_id INT
        store_id INT
        ! category_id store_id
    """,
    "category_to_layout": """
        category_id INT
        store_id INT =0
        layout_id INT =0
        ! category_id store_id
    """,
    "manufacturer": """
        manufacturer_id id
        name VARCHAR(64)
        image VARCHAR(255)
        sort_order INT =0
        ! manufacturer_id
    """,
    "manufacturer_to_store": """
        manufacturer_id INT
        store_id INT
        ! manufacturer_id store_id
    """,
    "manufacturer_to_layout": """
        manufacturer_id INT >=4.0
        store_id INT >=4.0 =0
        layout_id INT >=4.0 =0
        ! manufacturer_id store_id
    """,
    "option": """
        option_id id
        type VARCHAR(32)
        validation VARCHAR(255) >=4.1.0.1
        sort_order INT =0
        ! option_id
    """,
    "option_description": """
        option_id INT
        language_id INT
        name VARCHAR(128)
        ! option_id language_id
    """,
    "option_value": """
        option_value_id id
        option_id INT
        image VARCHAR(255)
        sort_order INT =0
        ! option_value_id
    """,
    "option_value_description": """
        option_value_id INT
        language_id INT
        option_id INT
        name VARCHAR(128)
        ! option_value_id language_id
    """,
    "attribute": """
        attribute_id id
        attribute_group_id INT
        sort_order INT =0
        ! attribute_id
    """,
    "attribute_description": """
        attribute_id INT
        language_id INT
        name VARCHAR(64)
        ! attribute_id language_id
    """,
    "attribute_group": """
        attribute_group_id id
        sort_order INT =0
        ! attribute_group_id
    """,
    "attribute_group_description": """
        attribute_group_id INT
        language_id INT
        name VARCHAR(64)
        ! attribute_group_id language_id
    """,
    "seo_url": """
        seo_url_id id
        store_id INT
        language_id INT
        query VARCHAR(255) <4.0
        key VARCHAR(64) >=4.0
        value VARCHAR(255) >=4.0
        keyword VARCHAR(255) <4.0.2
        keyword VARCHAR(768) >=4.0.2
        sort_order INT >=4.0 =0
        ! seo_url_id
        + query* <4.0
        + key value >=4.0
        + keyword*
    """,
}
