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
        'jobs', 'waiting', 'conflicts', 'connections', 'categories', 'attributes', 'products', 'stock', 'prices',
        'manufacturers', 'taxes', 'customers', 'orders', 'order_statuses', 'tax_rates', 'currencies', 'carriers',
        'payment_methods', 'settings',
    ];

    /**
     * Mapping screens. ``tabs``: entity of the agent => whether ticked rows can be synchronized on
     * their own. ``job``: the entity of a job to the ERP started here, empty where there is none; ``from``:
     * of one that brings records from the ERP, where the ERP offers it. ``links``: whether records are
     * linked here. ``form``: OpenCart's controller, id parameter, and method of the record's own page ('' for the
     * edit form).
     */
    const MAPPINGS = [
        'categories' => [
            'job' => 'categories',
            'from' => 'categories',
            'links' => true,
            'tabs' => ['categories' => true],
            'form' => ['categories' => ['catalog/category', 'category_id', '']],
        ],
        'attributes' => [
            'job' => 'attributes',
            'from' => 'attributes',
            'links' => true,
            'tabs' => ['attributes' => true, 'attribute-values' => false],
            'form' => [],
        ],
        'products' => [
            'job' => 'products',
            'from' => 'products',
            'links' => true,
            'tabs' => ['products' => true, 'variants' => false],
            'form' => ['products' => ['catalog/product', 'product_id', '']],
        ],
        'stock' => [
            'job' => '',
            'from' => 'stock',
            'links' => false,
            'tabs' => ['stock' => true],
            'form' => ['stock' => ['catalog/product', 'product_id', '']],
        ],
        'prices' => [
            'job' => '',
            'from' => 'prices',
            'links' => false,
            'tabs' => ['prices' => true],
            'form' => ['prices' => ['catalog/product', 'product_id', '']],
        ],
        'manufacturers' => [
            'job' => 'manufacturers',
            'from' => 'manufacturers',
            'links' => true,
            'tabs' => ['manufacturers' => true],
            'form' => ['manufacturers' => ['catalog/manufacturer', 'manufacturer_id', '']],
        ],
        'taxes' => [
            'job' => '',
            'from' => '',
            'links' => true,
            'tabs' => ['taxes' => false],
            'form' => ['taxes' => ['localisation/tax_class', 'tax_class_id', '']],
        ],
        'customers' => [
            'job' => 'customers',
            'from' => '',
            'links' => true,
            'tabs' => ['customers' => true],
            'form' => ['customers' => ['customer/customer', 'customer_id', '']],
        ],
        'orders' => [
            'job' => 'orders',
            'from' => '',
            'links' => true,
            'tabs' => ['orders' => true],
            'form' => ['orders' => ['sale/order', 'order_id', 'info']],
        ],
        'order_statuses' => [
            'job' => '',
            'from' => '',
            'links' => true,
            'tabs' => ['order-status' => false],
            'form' => ['order-status' => ['localisation/order_status', 'order_status_id', '']],
        ],
        'tax_rates' => [
            'job' => '',
            'from' => '',
            'links' => true,
            'tabs' => ['tax-rates' => false],
            'form' => ['tax-rates' => ['localisation/tax_rate', 'tax_rate_id', '']],
        ],
        'currencies' => [
            'job' => '',
            'from' => '',
            'links' => true,
            'tabs' => ['currencies' => false],
            'form' => [],
        ],
        'carriers' => [
            'job' => 'carriers',
            'from' => '',
            'links' => true,
            'tabs' => ['carriers' => true],
            'form' => [],
        ],
        'payment_methods' => [
            'job' => '',
            'from' => '',
            'links' => true,
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

    /** Screens whose records come from the ERP for the rows of a list page, in the order of its menu. */
    const FROM_LIST = [
        'products' => ['products', 'stock', 'prices'],
        'categories' => ['categories'],
    ];

    /** OpenCart's view of an order, the same in 3.x and 4.x. */
    const ORDER_PAGE = 'sale/order_info';

    /**
     * Return the entities that jobs are made of, in either direction.
     *
     * @return string[]
     */
    public static function jobEntities(): array
    {
        $entities = array_merge(array_column(self::MAPPINGS, 'job'), array_column(self::MAPPINGS, 'from'));

        return array_values(array_unique(array_filter($entities)));
    }

    /**
     * Return the screens that show the records of an entity or start its jobs.
     *
     * @return string[]
     */
    public static function ofEntity(string $entity): array
    {
        return array_keys(array_filter(self::MAPPINGS, function ($mapping) use ($entity) {
            return isset($mapping['tabs'][$entity]) || in_array($entity, [$mapping['job'], $mapping['from']], true);
        }));
    }

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
