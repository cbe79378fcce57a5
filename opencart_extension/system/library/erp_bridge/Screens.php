<?php

namespace ErpBridge;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The extension's screens: their names, what each mapping screen shows, and which list page of
 * OpenCart gets a Synchronize button. A new kind of record is one more line here.
 */
final class Screens
{
    /** In the order of the menu. */
    const NAMES = [
        'jobs', 'waiting', 'connections', 'categories', 'attributes', 'products', 'manufacturers', 'taxes', 'customers',
        'orders', 'order_statuses', 'tax_rates', 'currencies', 'carriers', 'payment_methods', 'settings',
    ];

    /**
     * Mapping screens. ``tabs``: entity of the agent => whether ticked rows can be synchronized on
     * their own. ``job``: the entity of a job started here, empty where records are only linked.
     * ``form``: OpenCart's controller, id parameter, and method of the record's own page ('' for the
     * edit form).
     */
    const MAPPINGS = [
        'categories' => [
            'job' => 'categories',
            'tabs' => ['categories' => true],
            'form' => ['categories' => ['catalog/category', 'category_id', '']],
        ],
        'attributes' => [
            'job' => 'attributes',
            'tabs' => ['attributes' => true, 'attribute-values' => false],
            'form' => [],
        ],
        'products' => [
            'job' => 'products',
            'tabs' => ['products' => true, 'variants' => false],
            'form' => ['products' => ['catalog/product', 'product_id', '']],
        ],
        'manufacturers' => [
            'job' => 'manufacturers',
            'tabs' => ['manufacturers' => true],
            'form' => ['manufacturers' => ['catalog/manufacturer', 'manufacturer_id', '']],
        ],
        'taxes' => [
            'job' => '',
            'tabs' => ['taxes' => false],
            'form' => ['taxes' => ['localisation/tax_class', 'tax_class_id', '']],
        ],
        'customers' => [
            'job' => 'customers',
            'tabs' => ['customers' => true],
            'form' => ['customers' => ['customer/customer', 'customer_id', '']],
        ],
        'orders' => [
            'job' => 'orders',
            'tabs' => ['orders' => true],
            'form' => ['orders' => ['sale/order', 'order_id', 'info']],
        ],
        'order_statuses' => [
            'job' => '',
            'tabs' => ['order-status' => false],
            'form' => ['order-status' => ['localisation/order_status', 'order_status_id', '']],
        ],
        'tax_rates' => [
            'job' => '',
            'tabs' => ['tax-rates' => false],
            'form' => ['tax-rates' => ['localisation/tax_rate', 'tax_rate_id', '']],
        ],
        'currencies' => [
            'job' => '',
            'tabs' => ['currencies' => false],
            'form' => [],
        ],
        'carriers' => [
            'job' => 'carriers',
            'tabs' => ['carriers' => true],
            'form' => [],
        ],
        'payment_methods' => [
            'job' => '',
            'tabs' => ['payment-methods' => false],
            'form' => [],
        ],
    ];

    /** OpenCart's controller of a list page => the screen whose records its rows are. */
    const LIST_BUTTONS = [
        'catalog/product' => 'products',
        'catalog/category' => 'categories',
        'sale/order' => 'orders',
        'customer/customer' => 'customers',
    ];

    /** OpenCart's view of an order, the same in 3.x and 4.x. */
    const ORDER_PAGE = 'sale/order_info';

    /**
     * Return OpenCart's controller, id parameter and method of a record's own page, null where it has none.
     *
     * @return array{0: string, 1: string, 2: string}|null
     */
    public static function form(string $entity): ?array
    {
        foreach (self::MAPPINGS as $mapping) {
            if (isset($mapping['form'][$entity])) {
                return $mapping['form'][$entity];
            }
        }

        return null;
    }
}
