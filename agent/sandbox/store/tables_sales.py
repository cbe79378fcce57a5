"""Tables of customers and orders; ``shapes`` says how they are written."""

from __future__ import annotations

SALES = {
    "customer_group": """
        customer_group_id id
        approval INT =0
        sort_order INT =0
        ! customer_group_id
    """,
    "customer_group_description": """
        customer_group_id INT
        language_id INT
        name VARCHAR(32)
        description TEXT
        ! customer_group_id language_id
    """,
    "customer": """
        customer_id id
        customer_group_id INT =0
        store_id INT =0
        language_id INT =0
        firstname VARCHAR(32)
        lastname VARCHAR(32)
        email VARCHAR(96)
        telephone VARCHAR(32)
        fax VARCHAR(32) <4.0
        password VARCHAR(40) <4.0
        password VARCHAR(255) >=4.0
        salt VARCHAR(9) <4.0
        cart TEXT <4.0
        wishlist TEXT <4.0
        newsletter TINYINT(1) =0
        address_id INT <4.0 =0
        custom_field TEXT
        ip VARCHAR(40)
        status TINYINT(1) =0
        safe TINYINT(1) =0
        commenter TINYINT(1) >=4.1 =0
        token TEXT
        code VARCHAR(40)
        date_added DATETIME
        ! customer_id
        + email >=4.1
    """,
    "address": """
        address_id id
        customer_id INT
        firstname VARCHAR(32)
        lastname VARCHAR(32)
        company VARCHAR(40) <4.0
        company VARCHAR(60) >=4.0
        address_1 VARCHAR(128)
        address_2 VARCHAR(128)
        city VARCHAR(128)
        postcode VARCHAR(10)
        country_id INT =0
        zone_id INT =0
        custom_field TEXT
        default TINYINT(1) >=4.0 =0
        ! address_id
        + customer_id
    """,
    "custom_field": """
        custom_field_id id
        type VARCHAR(32)
        value TEXT
        validation VARCHAR(255)
        location VARCHAR(10)
        status TINYINT(1) =0
        sort_order INT =0
        ! custom_field_id
    """,
    "custom_field_description": """
        custom_field_id INT
        language_id INT
        name VARCHAR(128)
        ! custom_field_id language_id
    """,
    "custom_field_customer_group": """
        custom_field_id INT
        customer_group_id INT
        required TINYINT(1) =0
        ! custom_field_id customer_group_id
    """,
    "custom_field_value": """
        custom_field_value_id id
        custom_field_id INT
        sort_order INT =0
        ! custom_field_value_id
    """,
    "custom_field_value_description": """
        custom_field_value_id INT
        language_id INT
        custom_field_id INT
        name VARCHAR(128)
        ! custom_field_value_id language_id
    """,
    "order_status": """
        order_status_id INT
        language_id INT
        name VARCHAR(32)
        ! order_status_id language_id
    """,
    "order": """
        order_id id
        subscription_id INT >=4.0.2 =0
        invoice_no INT =0
        invoice_prefix VARCHAR(26)
        transaction_id VARCHAR(100) >=4.0
        store_id INT =0
        store_name VARCHAR(64)
        store_url VARCHAR(255)
        customer_id INT =0
        customer_group_id INT =0
        firstname VARCHAR(32)
        lastname VARCHAR(32)
        email VARCHAR(96)
        telephone VARCHAR(32)
        fax VARCHAR(32) <4.0
        custom_field TEXT
        payment_address_id INT >=4.0.2 =0
        payment_firstname VARCHAR(32)
        payment_lastname VARCHAR(32)
        payment_company VARCHAR(60)
        payment_address_1 VARCHAR(128)
        payment_address_2 VARCHAR(128)
        payment_city VARCHAR(128)
        payment_postcode VARCHAR(10)
        payment_country VARCHAR(128)
        payment_country_id INT =0
        payment_zone VARCHAR(128)
        payment_zone_id INT =0
        payment_address_format TEXT
        payment_custom_field TEXT
        payment_method VARCHAR(128) <4.0.2
        payment_code VARCHAR(128) <4.0.2
        payment_method TEXT >=4.0.2
        shipping_address_id INT >=4.0.2 =0
        shipping_firstname VARCHAR(32)
        shipping_lastname VARCHAR(32)
        shipping_company VARCHAR(40) <3.0.5
        shipping_company VARCHAR(60) >=3.0.5
        shipping_address_1 VARCHAR(128)
        shipping_address_2 VARCHAR(128)
        shipping_city VARCHAR(128)
        shipping_postcode VARCHAR(10)
        shipping_country VARCHAR(128)
        shipping_country_id INT =0
        shipping_zone VARCHAR(128)
        shipping_zone_id INT =0
        shipping_address_format TEXT
        shipping_custom_field TEXT
        shipping_method VARCHAR(128) <4.0.2
        shipping_code VARCHAR(128) <4.0.2
        shipping_method TEXT >=4.0.2
        comment TEXT
        total DECIMAL(15,4) =0
        order_status_id INT =0
        affiliate_id INT =0
        commission DECIMAL(15,4) =0
        marketing_id INT =0
        tracking VARCHAR(64)
        language_id INT =0
        language_code VARCHAR(5) >=4.0
        currency_id INT =0
        currency_code VARCHAR(3)
        currency_value DECIMAL(15,8) =1
        ip VARCHAR(40)
        forwarded_ip VARCHAR(40)
        user_agent VARCHAR(255)
        accept_language VARCHAR(255)
        date_added DATETIME
        date_modified DATETIME
        ! order_id
        + email >=4.1
        + order_status_id >=4.1.0.4
    """,
    "order_product": """
        order_product_id id
        order_id INT
        product_id INT
        master_id INT >=4.0 =0
        name VARCHAR(255)
        model VARCHAR(64)
        quantity INT =0
        price DECIMAL(15,4) =0
        total DECIMAL(15,4) =0
        tax DECIMAL(15,4) =0
        reward INT =0
        ! order_product_id
        + order_id
    """,
    "order_option": """
        order_option_id id
        order_id INT
        order_product_id INT
        product_option_id INT =0
        product_option_value_id INT =0
        name VARCHAR(255)
        value TEXT
        type VARCHAR(32)
        ! order_option_id
    """,
    "order_total": """
        order_total_id id
        order_id INT
        extension VARCHAR(255) >=4.0
        code VARCHAR(32)
        title VARCHAR(255)
        value DECIMAL(15,4) =0
        sort_order INT =0
        ! order_total_id
        + order_id
    """,
    "order_history": """
        order_history_id id
        order_id INT
        order_status_id INT
        notify TINYINT(1) =0
        comment TEXT
        date_added DATETIME
        ! order_history_id
    """,
    "order_voucher": """
        order_voucher_id id <4.1
        order_id INT <4.1
        voucher_id INT <4.1 =0
        description VARCHAR(255) <4.1
        code VARCHAR(10) <4.1
        from_name VARCHAR(64) <4.1
        from_email VARCHAR(96) <4.1
        to_name VARCHAR(64) <4.1
        to_email VARCHAR(96) <4.1
        voucher_theme_id INT <4.1 =0
        message TEXT <4.1
        amount DECIMAL(15,4) <4.1 =0
        ! order_voucher_id
    """,
}
